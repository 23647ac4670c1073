using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace StyleShare.Benchmarks.Http;

/// <summary>The people and posts that are measured: accounts made over the API, the rest by data.sql.</summary>
internal sealed class DataSet(string folder)
{
    public const int SignedUp = 20_000, Readers = 2_000;
    private const int Callers = 32;

    /// <summary>Access tokens of all who signed up, by handle.</summary>
    public string[] Tokens { get; } = new string[SignedUp];

    /// <summary>Files for wrk, one token or path a line.</summary>
    public string AllTokens => Path.Combine(folder, "tokens");

    public string SomeTokens => Path.Combine(folder, "some-tokens");

    public string ReaderTokens => Path.Combine(folder, "reader-tokens");

    public string PostPaths => Path.Combine(folder, "posts");

    public string UserPaths => Path.Combine(folder, "users");

    /// <summary>Every person that is not signed up: 100,000.</summary>
    public string[] PeoplePaths { get; private set; } = [];

    public Task SignUp(HttpClient http) =>
        Callers.At(SignedUp, async i =>
        {
            var body = new JsonObject
            {
                ["handle"] = $"load{i:00000}",
                ["email"] = $"load{i:00000}@bench.example",
                ["password"] = "a long passphrase",
                ["displayName"] = $"Load {i}",
            };
            using var response = await http.PostAsJsonAsync("/v1/accounts", body);
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException($"sign-up: {await response.Content.ReadAsStringAsync()}");
            Tokens[i] = (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["accessToken"]!;
        });

    public async Task Fill(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Http", "data.sql"));
        await Databases.Execute(database, script);
        await Databases.Execute(database, "VACUUM ANALYZE");
        await Databases.Execute(database, "CHECKPOINT");
        Directory.CreateDirectory(folder);
        PeoplePaths = await Paths(source, "SELECT '/v1/users/' || id FROM users WHERE handle LIKE 'sql%' ORDER BY handle");
        await File.WriteAllLinesAsync(UserPaths, PeoplePaths.Take(10_000));
        await File.WriteAllLinesAsync(PostPaths, await Paths(source, "SELECT '/v1/posts/' || id FROM posts ORDER BY id DESC"));
        await File.WriteAllLinesAsync(AllTokens, Tokens);
        await File.WriteAllLinesAsync(SomeTokens, Tokens.Take(64));
        await File.WriteAllLinesAsync(ReaderTokens, Tokens.Take(Readers));
    }

    private static async Task<string[]> Paths(NpgsqlDataSource source, string sql)
    {
        var paths = new List<string>();
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            paths.Add(reader.GetString(0));
        return [.. paths];
    }
}

internal static class Many
{
    /// <summary>Does something for each number below a count, so many at a time.</summary>
    public static Task At(this int callers, int count, Func<int, Task> work)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                await work(i);
        }));
    }
}
