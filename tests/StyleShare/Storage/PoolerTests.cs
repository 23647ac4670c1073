using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

/// <summary>A pooler of transactions before the database. The tests with the trait <c>Pooler</c> are run with one, too.</summary>
public sealed class PoolerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public void Without_a_way_around_the_pooler_a_silo_says_what_is_missing()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("ConnectionStrings:StyleShare", "Host=localhost"), new("StyleShare:Storage:Pooler", "Transaction")]).Build();
        using var services = new ServiceCollection().AddStyleShareStorage(configuration).BuildServiceProvider();
        var failure = Assert.Throws<OptionsValidationException>(services.GetRequiredService<DirectSource>);
        Assert.Contains("ConnectionStrings__StyleShareDirect", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writers_and_readers_share_two_connections_and_what_is_said_is_heard()
    {
        await database.ExecuteAsync(Counters.Schema);
        await using var pooler = await PoolerServer.StartAsync(await PostgresServer.Shared, connections: 2);
        await using var storage = await TestStorage.StartAsync(pooler.Through(database.DirectConnectionString), options => options.Lanes = 8);
        using var gaps = new SemaphoreSlim(0);
        using var heard = new SemaphoreSlim(0);
        storage.Services.GetRequiredService<Listener>().Subscribe("said", payload => (payload.Length == 0 ? gaps : heard).Release());
        Assert.True(await gaps.WaitAsync(Generous, _ct));

        var ids = Enumerable.Range(0, 500).Select(_ => Guid.NewGuid()).ToArray();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = _ct }, async (id, _) =>
        {
            await storage.Committer.Commit(Counters.First(new Counter(id, 1)));
            await storage.Committer.Commit(Counters.Next(new Counter(id, 2), version: 1));

            // Nothing that the lanes plan by stays behind in a connection that others get.
            Assert.Equal("on", await Text(storage.Source, "SHOW enable_seqscan"));
            Assert.Equal("auto", await Text(storage.Source, "SHOW plan_cache_mode"));
        });
        await Execute(storage.Source, "NOTIFY said, 'word'");
        Assert.True(await heard.WaitAsync(Generous, _ct));
        Assert.Equal(500, await database.ScalarAsync<long>(
            $"SELECT count(*) FROM counters WHERE id = ANY ('{{{string.Join(',', ids)}}}') AND value = 2"));
        Assert.InRange(
            await database.ScalarAsync<long>(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name IN ('styleshare', 'styleshare-commit')
                """),
            1,
            2);
    }

    private static async Task<string> Text(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
