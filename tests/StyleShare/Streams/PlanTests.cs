using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using StyleShare.Storage;
using StyleShare.Streams;
using StyleShare.Testing;

namespace StyleShare.Tests.Streams;

/// <summary>What a look at the outbox costs does not grow with what is in it.</summary>
public sealed class PlanTests
{
    [Fact]
    public async Task A_million_delayed_events_cost_neither_reading_nor_delivery_anything()
    {
        var test = StreamSteps.NewTest();
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO outbox (partition, id, stream_namespace, stream_key, payload, not_before)
            SELECT n % 64, gen_random_uuid(), 'later', n::text, '{}', now() + interval '1 hour' + n * interval '1 second'
            FROM generate_series(1, 1000000) n
            """);
        await using var silo = await StyleShareCluster.StartAsync(database, StreamSteps.Quick);
        await silo.Committer().Raise(SimpleConsumerGrain.Namespace, test, 0, Enumerable.Range(0, 100));
        var deliveries = Deliveries.Of(test + "-");
        await StreamSteps.Until(() => deliveries.Count == 100, () => $"{deliveries.Count}");
        Assert.Equal(Enumerable.Range(0, 100), deliveries.Of(test, 0));
        await database.Until("SELECT count(*) FROM outbox WHERE not_before IS NULL", 0L);

        // Pages (8 kB) that are looked at: some for each partition, and not those of a million rows.
        var source = silo.Services.GetRequiredService<StreamSource>().DataSource;
        Assert.InRange(await PagesAsync(source, OutboxTable.ReadSql, [.. Pages(64), .. Pages(10)]), 1, 1_500);
        Assert.InRange(await PagesAsync(source, OutboxTable.NextDueSql, []), 1, 50);
        Assert.InRange(await PagesAsync(source, OutboxTable.PromoteSql, [new NpgsqlParameter<int> { TypedValue = 1_000 }]), 1, 50);
    }

    // A plan is kept for as long as the connection, and an outbox is mostly empty.
    [Fact]
    public async Task Events_are_deleted_by_their_keys_though_the_outbox_was_empty_when_that_was_planned()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("VACUUM ANALYZE outbox, stream_leases");
        await using var silo = await StyleShareCluster.StartAsync(database, StreamSteps.Quick);
        await using var connection = await silo.Services.GetRequiredService<StreamSource>().DataSource.OpenConnectionAsync();
        await using (var prepare = new NpgsqlCommand($"PREPARE done (smallint[], bigint[], xid8[], bigint[]) AS {OutboxTable.DeleteSql}", connection))
            await prepare.ExecuteNonQueryAsync();
        await using var explain = new NpgsqlCommand("EXPLAIN EXECUTE done (NULL, NULL, NULL, NULL)", connection);
        var plan = await explain.ReadPlanAsync();
        Assert.DoesNotContain("Join Filter", plan, StringComparison.Ordinal);
        Assert.Contains("Index Cond: ((partition = done.partition) AND (xid = done.xid)", plan, StringComparison.Ordinal);
    }

    private static IEnumerable<NpgsqlParameter> Pages(int count) =>
    [
        Array(NpgsqlDbType.Integer, Enumerable.Range(0, count)),
        Array(NpgsqlDbType.Smallint, Enumerable.Range(0, count).Select(i => (short)i)),
        Array(NpgsqlDbType.Xid8, Enumerable.Repeat(0UL, count)),
        Array(NpgsqlDbType.Bigint, Enumerable.Repeat(0L, count)),
        Array(NpgsqlDbType.Integer, Enumerable.Repeat(256, count)),
    ];

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };

    private static async Task<int> PagesAsync(NpgsqlDataSource source, string sql, IReadOnlyList<NpgsqlParameter> parameters)
    {
        await using var command = source.CreateCommand($"EXPLAIN (ANALYZE, BUFFERS) {sql}");
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        var plan = await command.ReadPlanAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(plan);
        Assert.DoesNotContain("Seq Scan on outbox", plan, StringComparison.Ordinal);
        Assert.Contains("Index", plan, StringComparison.Ordinal);
        return Plans.PagesOf(plan);
    }
}
