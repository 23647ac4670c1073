using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StyleShare.Chaos.Tests;

/// <summary>Shops and their customers, who brought each other, and the book that the clients keep of what they were told.</summary>
internal sealed class Market
{
    private static readonly object Program = new
    {
        earnBps = 1_000,
        sharePoolBps = 500,
        shareSplit = new[] { 70, 20, 10 },
        unclaimedShare = "merchant",
        expiryDays = 365,
        minRedeem = 1,
        active = true,
    };

    private readonly ConcurrentDictionary<(Guid Merchant, Guid Customer), long> _book = new();

    private Market(Shop[] shops, Customer[] customers) => (Shops, Customers) = (shops, customers);

    public Shop[] Shops { get; }

    public Customer[] Customers { get; }

    /// <summary>Opens shops and signs customers up; each shares every shop, for the next one to come through.</summary>
    public static async Task<Market> Open(Clients clients, Uri silo, int shops, int customers)
    {
        var owner = await clients.SignUp(silo, "owner");
        var open = new List<Shop>();
        for (var i = 0; i < shops; i++)
        {
            var answer = await owner.Client.Post(
                new Uri(silo, "/v1/merchants").ToString(),
                new { name = string.Create(CultureInfo.InvariantCulture, $"Shop {i}"), currency = "KRW", program = Program });
            Assert.True(answer.Status == 201, answer.ToString());
            open.Add(new(answer.Json["merchant"]!.Id(), clients.Anonymous(answer.Json["apiKey"]!.GetValue<string>())));
        }

        var people = await clients.SignUpMany(silo, "customer", customers);
        var sharing = people.Select(async person => new Customer(person, await Task.WhenAll(open.Select(shop => Share(silo, person, shop)))));
        return new([.. open], await Task.WhenAll(sharing));
    }

    /// <summary>Books points that were given (or taken, below zero).</summary>
    public void Book(Guid merchant, Guid customer, long points) =>
        _book.AddOrUpdate((merchant, customer), points, (_, before) => checked(before + points));

    /// <summary>What the customer has by the book, less what is owed.</summary>
    public long Booked(Guid merchant, Guid customer) => _book.GetValueOrDefault((merchant, customer));

    private static async Task<string> Share(Uri silo, Someone person, Shop shop)
    {
        var answer = await person.Client.Post(new Uri(silo, "/v1/shares").ToString(), new { merchantId = shop.Id, channel = "link" });
        Assert.True(answer.Status == 202, answer.ToString());
        return answer.Json["code"]!.GetValue<string>();
    }
}

/// <summary>A shop and its till.</summary>
internal sealed record Shop(Guid Id, ApiClient Till);

/// <summary>A customer with a share link for each of the shops.</summary>
internal sealed record Customer(Someone Person, string[] ShareCodes);

internal static class Answers
{
    public static Guid Id(this JsonNode node, string field = "id") => Guid.Parse(node[field]!.GetValue<string>(), CultureInfo.InvariantCulture);

    public static string Text(this JsonNode node, string field) => node[field]!.GetValue<string>();

    public static long Number(this JsonNode node, string field) => node[field]!.GetValue<long>();

    public static string Body(object body) => JsonSerializer.Serialize(body);
}
