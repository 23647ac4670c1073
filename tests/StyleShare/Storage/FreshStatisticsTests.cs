using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

public sealed class FreshStatisticsTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    // Only what the test asks for is counted.
    private static readonly KeyValuePair<string, string?>[] Never =
    [
        new("StyleShare:Storage:StatisticsEvery", "1.00:00:00"),
    ];

    [Fact]
    public async Task Rows_are_found_by_their_keys_soon_after_a_table_was_empty_when_that_was_planned()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("VACUUM ANALYZE");
        await using var silo = await StyleShareCluster.StartAsync(database, Never);
        await using var lane = await silo.Services.GetRequiredService<LaneDataSource>().OpenAsync(LaneConnection.Settings, Cancellation);
        await Execute(lane, "PREPARE planned (uuid[]) AS DELETE FROM likes USING unnest($1) AS given (id) WHERE likes.post_id = given.id");
        const string plan = "EXPLAIN (COSTS OFF) EXECUTE planned (NULL)";
        Assert.Contains("Join Filter", await PlanOf(lane, plan), StringComparison.Ordinal);

        await database.ExecuteAsync(
            "INSERT INTO likes (post_id, user_id, created_at) SELECT gen_random_uuid(), gen_random_uuid(), now() FROM generate_series(1, 200)");
        var statistics = silo.Services.GetRequiredService<FreshStatistics>();
        Assert.InRange(await statistics.RunOnceAsync(Cancellation), 1, 100);

        Assert.DoesNotContain("Join Filter", await PlanOf(lane, plan), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_counted_again_only_when_it_has_outgrown_its_count()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var silo = await StyleShareCluster.StartAsync(database, Never);
        await database.ExecuteAsync("CREATE TABLE things (n bigint); ANALYZE");
        Assert.Equal(0, await PagesCounted());

        await Add(10);
        Assert.Equal(1, await PagesCounted());
        await Add(500);
        Assert.Equal(1, await PagesCounted());
        await Add(1_000);
        Assert.InRange(await PagesCounted(), 5, 10);
        await Add(100_000);
        var many = await PagesCounted();
        Assert.InRange(many, 400, 500);
        await Add(1_000_000);
        Assert.Equal(many, await PagesCounted());

        async Task<int> PagesCounted()
        {
            await silo.Services.GetRequiredService<FreshStatistics>().RunOnceAsync(Cancellation);
            return await database.ScalarAsync<int>("SELECT relpages FROM pg_class WHERE relname = 'things'");
        }

        Task Add(int rows) => database.ExecuteAsync($"INSERT INTO things SELECT generate_series(1, {rows})");
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<string> PlanOf(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ReadPlanAsync();
    }
}
