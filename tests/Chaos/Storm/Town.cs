using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>The people, posts and shops that clients know of.</summary>
internal sealed class Town
{
    private const int Shops = 3;
    private readonly ConcurrentDictionary<int, Guid> _posts = new();
    private int _postCount;

    public List<TownShop> ShopsThere { get; } = [];

    public List<Person> People { get; } = [];

    /// <summary>A post; null as long as there is none.</summary>
    public Guid? AnyPost(Random random) => _posts.IsEmpty ? null : _posts[random.Next(_posts.Count)];

    public IEnumerable<Guid> Posts => _posts.Values;

    public void Published(Guid post)
    {
        lock (_posts)
            _posts[_postCount++] = post;
    }

    /// <summary>Signs everybody up and opens the shops; in each shop everybody has a link for the next one to come through.</summary>
    public static async Task<Town> Found(History history, HttpClient http, int seed, int people)
    {
        var town = new Town();
        for (var number = 0; number < people; number++)
            town.People.Add(new(town, new Caller(history, http, new Random(seed + number), number)));
        await Task.WhenAll(town.People.Select(person => person.SignUp()));
        var owner = town.People[0];
        for (var i = 0; i < Shops; i++)
            town.ShopsThere.Add(await owner.OpenShop(string.Create(CultureInfo.InvariantCulture, $"Shop {i}")));
        await Task.WhenAll(town.People.Select(person => person.ShareShops()));
        return town;
    }
}

/// <summary>A shop and the key of its till.</summary>
internal sealed record TownShop(Guid Id, string Key)
{
    public static TownShop Of(JsonNode opened) => new(opened["merchant"]!.Id(), opened["apiKey"]!.GetValue<string>());
}
