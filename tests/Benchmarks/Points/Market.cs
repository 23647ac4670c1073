using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using StyleShare.Benchmarks.Http;

namespace StyleShare.Benchmarks.Points;

/// <summary>Who buys where: people, shops with one level of sharers and shops with three, and who brought whom.</summary>
internal sealed class Market(string folder)
{
    public const int Buyers = 2_000, Shops = 4, Posts = 500;
    private const int Callers = 32;
    private readonly string[] _ids = new string[Buyers];
    private readonly string[] _tokens = new string[Buyers];

    /// <summary>Files for wrk.</summary>
    public string OneLevel => Path.Combine(folder, "one-level");

    public string ThreeLevels => Path.Combine(folder, "three-levels");

    public string OneShop => Path.Combine(folder, "one-shop");

    public string AllBuyers => Path.Combine(folder, "buyers");

    public string OneBuyer => Path.Combine(folder, "one-buyer");

    public string Tokens => Path.Combine(folder, "tokens");

    public string BalancePaths => Path.Combine(folder, "balances");

    public string PostPaths => Path.Combine(folder, "posts");

    public async Task Open(HttpClient http, string database)
    {
        await Callers.At(Buyers, async i =>
        {
            var answer = await Post(http, "/v1/accounts", token: null, new JsonObject
            {
                ["handle"] = $"buyer{i:00000}",
                ["email"] = $"buyer{i:00000}@bench.example",
                ["password"] = "a long passphrase",
                ["displayName"] = $"Buyer {i}",
            });
            (_ids[i], _tokens[i]) = ((string)answer["user"]!["id"]!, (string)answer["accessToken"]!);
        });
        var one = await OpenShops(http, 100);
        var three = await OpenShops(http, 70, 20, 10);
        var posts = new string[Posts];
        await Callers.At(Posts, async i =>
            posts[i] = "/v1/posts/" + (string)(await Post(http, "/v1/posts", _tokens[i], new JsonObject { ["caption"] = "Navy trench coat #ootd" }))["id"]!);

        await Write(one, three, posts);
        foreach (var till in one.Concat(three))
            await Databases.Execute(database, Touches(till.Split(' ')[0]));
        await Databases.Execute(database, "VACUUM ANALYZE");
    }

    private async Task Write(string[] one, string[] three, string[] posts)
    {
        await File.WriteAllLinesAsync(OneLevel, one);
        await File.WriteAllLinesAsync(ThreeLevels, three);
        await File.WriteAllLinesAsync(OneShop, one[..1]);
        await File.WriteAllLinesAsync(AllBuyers, _ids);
        await File.WriteAllLinesAsync(OneBuyer, _ids[..1]);
        await File.WriteAllLinesAsync(Tokens, _tokens.Take(Posts));
        await File.WriteAllLinesAsync(BalancePaths, ["/v1/me/points/" + one[0].Split(' ')[0]]);
        await File.WriteAllLinesAsync(PostPaths, posts);
    }

    // Each came through the next one, in a ring, so that there is somebody on every level.
    private string Touches(string shop)
    {
        var ids = string.Join(", ", _ids.Select(id => $"'{id}'"));
        return $"""
            INSERT INTO first_touches (merchant_id, user_id, through_id, share_id, touched_at, version)
            SELECT '{shop}', id, coalesce(lead(id) OVER (ORDER BY at), first_value(id) OVER (ORDER BY at)), gen_random_uuid(), now(), 1
            FROM unnest(ARRAY[{ids}]::uuid[]) WITH ORDINALITY AS people (id, at)
            """;
    }

    private async Task<string[]> OpenShops(HttpClient http, params int[] split)
    {
        var shops = new string[Shops];
        for (var i = 0; i < Shops; i++)
        {
            var answer = await Post(http, "/v1/merchants", _tokens[i], new JsonObject
            {
                ["name"] = $"Shop {i}",
                ["currency"] = "KRW",
                ["program"] = new JsonObject
                {
                    ["earnBps"] = 500,
                    ["sharePoolBps"] = 300,
                    ["shareSplit"] = new JsonArray([.. split.Select(part => (JsonNode)part)]),
                    ["unclaimedShare"] = "merchant",
                    ["expiryDays"] = 365,
                    ["minRedeem"] = 100,
                    ["active"] = true,
                },
            });
            shops[i] = $"{(string)answer["merchant"]!["id"]!} {(string)answer["apiKey"]!}";
        }

        return shops;
    }

    private static async Task<JsonNode> Post(HttpClient http, string path, string? token, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }
}
