using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Streams;

/// <summary>Delivery while silos and the database come and go: each event has its effect, and has it once.</summary>
public sealed class SurvivalTests
{
    private const int Streams = 40;
    private readonly string _test = StreamSteps.NewTest();

    [Fact]
    public async Task Events_of_a_killed_silo_come_to_another_and_have_their_effect_once()
    {
        await using var database = await DatabaseAsync();
        await using var silo = await StyleShareCluster.StartAsync(database, StreamSteps.ShortLeases);
        await using var other = await StyleShareCluster.StartAsync(database, StreamSteps.ShortLeases);
        var raising = RaiseAsync(other, 50);
        await database.Until("SELECT count(*) > 200 FROM effects", true);
        await silo.KillAsync();
        await raising;
        await VerifyAsync(database, 50);
        await database.Until("SELECT count(*) FROM stream_leases WHERE until > now()", 64L);
    }

    [Fact]
    public async Task Two_silos_share_the_partitions_and_each_event_is_handled_by_one()
    {
        await using var database = await DatabaseAsync();
        await using var silo = await StyleShareCluster.StartAsync(database, StreamSteps.ShortLeases);
        await RaiseAsync(silo, 10);
        await using (await StyleShareCluster.StartAsync(database, StreamSteps.ShortLeases))
        {
            await RaiseAsync(silo, 20, from: 10);
            await database.Until("SELECT count(*) FROM (SELECT owner FROM stream_leases WHERE until > now() GROUP BY owner HAVING count(*) = 32) even", 2L);
            await RaiseAsync(silo, 30, from: 20);
            await VerifyAsync(database, 30);
        }

        // It lets go of them when it stops, and the first one has them all again.
        await database.Until("SELECT count(DISTINCT owner) * 100 + count(*) FROM stream_leases WHERE until > now()", 164L);
        await RaiseAsync(silo, 40, from: 30);
        await VerifyAsync(database, 40);
    }

    [Fact]
    public async Task Delivery_goes_on_after_the_database_was_restarted_and_its_connections_ended()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = await DatabaseAsync(server);
        await using var silo = await StyleShareCluster.StartAsync(database, StreamSteps.ShortLeases);
        var raising = RaiseAsync(silo, 60);
        await database.Until("SELECT count(*) > 200 FROM effects", true);
        await server.TerminateAsync("styleshare-streams");
        await server.TerminateAsync("styleshare-listen");
        await database.Until("SELECT count(*) > 500 FROM effects", true);
        await server.StopAsync();
        await server.StartAgainAsync();
        await raising;
        await VerifyAsync(database, 60);
    }

    [Fact]
    public async Task What_was_raised_while_no_silo_ran_comes_when_one_does()
    {
        await using var database = await DatabaseAsync();
        await using (var storage = await TestStorage.StartAsync(database.ConnectionString))
            await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => RaiseAsync(storage.Committer, stream, 0, 100)));
        await using var silo = await StyleShareCluster.StartAsync(database, StreamSteps.ShortLeases);
        await VerifyAsync(database, 100);
    }

    private static async Task<TestDatabase> DatabaseAsync(PostgresServer? server = null)
    {
        var database = server is null ? await TestDatabase.CreateAsync() : await TestDatabase.OnAsync(server);
        await database.ExecuteAsync(CountingConsumerGrain.Schema);
        return database;
    }

    private Task RaiseAsync(StyleShareCluster silo, int until, int from = 0) =>
        Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => RaiseAsync(silo.Committer(), stream, from, until)));

    /// <summary>One after the other, as a grain does; what is refused was not done, and is done again.</summary>
    private async Task RaiseAsync(ICommitter committer, int stream, int from, int until)
    {
        for (var number = from; number < until;)
        {
            try
            {
                await committer.Raise(CountingConsumerGrain.Namespace, _test, stream, [number]);
                number++;
            }
            catch (Refusal e) when (e.Kind == RefusalKind.Unavailable)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task VerifyAsync(TestDatabase database, int events)
    {
        await database.Until("SELECT count(DISTINCT (stream, number)) FROM effects", (long)Streams * events);
        await database.UntilOutboxIsEmpty();
        Assert.Equal(Streams * events, await database.ScalarAsync<long>("SELECT count(*) FROM effects"));
        Assert.Equal(
            0,
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM (SELECT number, lag(number) OVER (PARTITION BY stream ORDER BY at) AS before FROM effects) e WHERE number < before"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM dead_letters"));
    }
}
