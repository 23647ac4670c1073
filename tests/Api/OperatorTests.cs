namespace StyleShare.Api.Tests;

public sealed class OperatorTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("GET", "/ops/v1/queues")]
    [InlineData("GET", "/ops/v1/cluster")]
    [InlineData("POST", "/ops/v1/silos/any/drain")]
    [InlineData("GET", "/ops/v1/scale")]
    [InlineData("GET", "/ops/v1/dead-letters")]
    [InlineData("POST", "/ops/v1/dead-letters/0199d1a6-3000-7f65-9b7a-be6c7d8e9fab/retry")]
    [InlineData("POST", "/ops/v1/dead-letters/discard")]
    public async Task Only_the_operators_key_opens_what_is_theirs(string method, string path)
    {
        var nobody = host.Anonymous();
        (await nobody.Send(new HttpMethod(method), path, null)).Problem(401, "unauthenticated");
        foreach (var wrong in (string[])["wrong", ApiHost.OperatorKey[..^1], ApiHost.OperatorKey + "x", ""])
        {
            nobody.Token = wrong;
            var answer = await nobody.Send(new HttpMethod(method), path, null);
            answer.Problem(401, "invalid_token");
        }

        var person = await host.Somebody();
        (await person.Client.Send(new HttpMethod(method), path, null)).Problem(403, "operators_only");
    }

    [Fact]
    public async Task Their_key_is_nobodys_access_token() =>
        (await host.Operator().Get("/v1/me")).Problem(401, "invalid_token");

    [Fact]
    public async Task Dead_letters_are_listed_by_filter_and_page_by_page()
    {
        var kind = Kind();
        for (var i = 0; i < 5; i++)
            await GiveUp(kind, error: $"error {i}");
        var client = host.Operator();
        var first = await client.Get($"/ops/v1/dead-letters?kind={kind}&limit=2");
        Assert.Equal(["error 4", "error 3"], first.Items.Select(letter => letter!["error"]!.GetValue<string>()));
        var link = first.Headers["Link"];
        var second = await client.Get(link[(link.IndexOf("/ops", StringComparison.Ordinal))..link.IndexOf('>', StringComparison.Ordinal)]);
        Assert.Equal(["error 2", "error 1"], second.Items.Select(letter => letter!["error"]!.GetValue<string>()));
        Assert.Equal(5, (await client.Get($"/ops/v1/dead-letters?kind={kind}&source=job&error=ERROR")).Items.Count);
        Assert.Single((await client.Get($"/ops/v1/dead-letters?kind={kind}&error=or+3")).Items);
        Assert.Empty((await client.Get($"/ops/v1/dead-letters?kind={kind}&diedAfter=2100-01-01T00:00:00Z")).Items);
        Assert.Equal(5, (await client.Get($"/ops/v1/dead-letters?kind={kind}&diedBefore=2100-01-01T00:00:00Z")).Items.Count);
        (await client.Get("/ops/v1/dead-letters?diedAfter=yesterday")).Problem(400, "invalid_fields");
        (await client.Get($"/ops/v1/dead-letters?kind=other&cursor={first.Json["next"]}")).Problem(400, "bad_cursor");
    }

    [Fact]
    public async Task A_letter_is_retried_once_whatever_is_sent_again()
    {
        var kind = Kind();
        var id = await GiveUp(kind);
        var client = host.Operator();
        var path = $"/ops/v1/dead-letters/{id}/retry";
        var first = await client.Send(HttpMethod.Post, path, null, ("Idempotency-Key", kind));
        Assert.Equal(1, first.Json["count"]!.GetValue<int>());
        var again = await client.Send(HttpMethod.Post, path, null, ("Idempotency-Key", kind));
        Assert.Equal((200, "true"), (again.Status, again.Headers["Idempotency-Replayed"]));
        (await client.Send(HttpMethod.Post, path, null)).Problem(404, "dead_letter_not_found");
        (await client.Send(HttpMethod.Post, "/ops/v1/dead-letters/x/retry", null)).Problem(404, "dead_letter_not_found");
        Assert.Equal(1, await Jobs(kind));
        var queue = (await client.Get("/ops/v1/queues")).Items.Single(item => item!["name"]!.GetValue<string>() == kind)!;
        Assert.Equal((1, 1, 0), (queue["waiting"]!.GetValue<int>(), queue["due"]!.GetValue<int>(), queue["running"]!.GetValue<int>()));
    }

    [Fact]
    public async Task All_that_a_filter_means_are_retried_or_discarded_and_never_all_by_mistake()
    {
        var (kind, other) = (Kind(), Kind());
        for (var i = 0; i < 450; i++)
            await GiveUp(i < 250 ? kind : other, error: i % 2 == 0 ? "even" : "odd");
        var client = host.Operator();
        Assert.Equal(125, (await client.Post("/ops/v1/dead-letters/discard", new { kind, error = "odd" })).Json["count"]!.GetValue<int>());
        Assert.Equal(125, (await client.Post("/ops/v1/dead-letters/retry", new { kind })).Json["count"]!.GetValue<int>());
        Assert.Equal(0, (await client.Post("/ops/v1/dead-letters/retry", new { kind })).Json["count"]!.GetValue<int>());
        Assert.Equal((125, 0), (await Jobs(kind), await Jobs(other)));
        Assert.Equal(200, (await client.Post("/ops/v1/dead-letters/discard", new { kind = other })).Json["count"]!.GetValue<int>());
        (await client.Post("/ops/v1/dead-letters/discard", new { })).Problem(400, "invalid_fields");
        (await client.Post("/ops/v1/dead-letters/retry", new { kind = "" })).Problem(400, "invalid_fields");
    }

    // Of no version, so that nobody does what is retried.
    private static string Kind() => $"kind-{Guid.NewGuid():N}";

    private async Task<Guid> GiveUp(string kind, string error = "error")
    {
        var id = Guid.NewGuid();
        await host.Database.ExecuteAsync(
            $$"""
            INSERT INTO dead_letters (id, source, kind, payload, error, tries, history, created_at, died_at)
            VALUES ('{{id}}', 'job', '{{kind}}', '{"n":1}', '{{error}}', 1, '[]', clock_timestamp(), clock_timestamp())
            """);
        return id;
    }

    private async Task<int> Jobs(string kind) =>
        (int)await host.Database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE kind = '{kind}'");
}
