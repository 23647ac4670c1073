using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

public sealed class SiloTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_silo_is_listed_with_its_address_its_version_and_what_it_measures()
    {
        var client = host.Operator();
        JsonNode silo = new JsonObject();
        // It is ready a moment after it listens, and measures for a moment before it has measured.
        await NotificationSteps.Until(async () =>
        {
            silo = Assert.Single((await client.Get("/ops/v1/cluster")).Items, Is(host.Address.Authority))!;
            return silo["state"]!.GetValue<string>() == "ready" && silo["metrics"]!["activations"]!.GetValue<long>() > 0
                && silo["metrics"]!["cpu"]!.GetValue<double>() > 0;
        });
        Assert.True(silo["live"]!.GetValue<bool>());
        Assert.StartsWith(Environment.MachineName + "-", silo["name"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotEmpty(silo["version"]!.GetValue<string>());
        Assert.InRange(silo["metrics"]!["cores"]!.GetValue<double>(), 0.01, Environment.ProcessorCount);
        Assert.InRange(silo["metrics"]!["memoryBytes"]!.GetValue<long>(), 1_000_000, long.MaxValue);
        Assert.InRange(silo["metrics"]!["memoryShare"]!.GetValue<double>(), 0, 1);
        Assert.InRange(silo["uptimeSeconds"]!.GetValue<double>(), 0, double.MaxValue);
        Assert.Null(silo["drainAskedAt"]);
    }

    [Fact]
    public async Task A_silo_that_is_not_there_cannot_be_asked_to_drain()
    {
        var client = host.Operator();
        foreach (var name in (string[])["nobody", Guid.NewGuid().ToString(), "%F0%9F%92%A5", new string('a', 1_000)])
            (await client.Send(HttpMethod.Post, $"/ops/v1/silos/{name}/drain", null)).Problem(404, "silo_not_found");
    }

    [Fact]
    public async Task A_drain_is_asked_for_by_name_or_id_once_however_often_it_is_sent()
    {
        var client = host.Operator();
        var (one, two, three) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Seen(one, "alone-" + one);
        await Seen(two, "twin-" + two);
        await Seen(three, "twin-" + two);
        (await client.Send(HttpMethod.Post, $"/ops/v1/silos/twin-{two}/drain", null)).Problem(409, "silo_name_ambiguous");
        var first = await client.Send(HttpMethod.Post, $"/ops/v1/silos/{two}/drain", null, ("Idempotency-Key", $"drain-{two}"));
        Assert.Equal((202, two.ToString()), (first.Status, first.Json["id"]!.GetValue<string>()));
        var again = await client.Send(HttpMethod.Post, $"/ops/v1/silos/{two}/drain", null, ("Idempotency-Key", $"drain-{two}"));
        Assert.Equal((202, "true", first.Text), (again.Status, again.Headers["Idempotency-Replayed"], again.Text));
        var other = await client.Send(HttpMethod.Post, $"/ops/v1/silos/{two}/drain", null);
        Assert.Equal((202, first.Text), (other.Status, other.Text));
        Assert.Equal(202, (await client.Send(HttpMethod.Post, $"/ops/v1/silos/alone-{one}/drain", null)).Status);
        Assert.Equal(
            [one, two],
            await Asked($"SELECT array_agg(id ORDER BY name) FROM silos WHERE drain_asked_at IS NOT NULL AND id = ANY ('{{{one},{two},{three}}}')"));
    }

    [Fact]
    public async Task The_scale_signal_says_how_many_silos_are_wanted_and_what_was_seen()
    {
        var client = host.Operator();
        ApiAnswer answer = null!;
        await NotificationSteps.Until(async () =>
        {
            answer = await client.Get("/ops/v1/scale");
            return answer.Json["sampledAt"] is not null && answer.Json["running"]!.GetValue<int>() > 0;
        });
        Assert.Equal(200, answer.Status);
        Assert.InRange(answer.Json["wanted"]!.GetValue<int>(), 1, 10);
        Assert.NotEmpty(answer.Json["reasons"]!.AsArray());
        Assert.EndsWith("Z", answer.Json["since"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.InRange(answer.Json["load"]!["silos"]!.GetValue<int>(), 1, 100);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    private static Predicate<JsonNode?> Is(string address) => silo => silo!["address"]?.GetValue<string>() == address;

    private Task Seen(Guid id, string name) => host.Database.ExecuteAsync(
        $"INSERT INTO silos (id, name, version, state) VALUES ('{id}', '{name}', 'x', 'ready')");

    private Task<Guid[]> Asked(string sql) => host.Database.ScalarAsync<Guid[]>(sql);
}
