using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Reminders;

/// <summary>Reminders in the database: over restarts, among silos, and when one dies.</summary>
public sealed class DurableReminderTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_reminder_survives_a_crash_and_what_came_due_meanwhile_comes_once()
    {
        var key = NewKey();
        await using (var silo = await StyleShareCluster.StartAsync(database))
        {
            await Alarm(silo, key).Set(TimeSpan.Zero, Hour);
            await Alarms.Until(key, 1);
            await Ended(key);
            await silo.KillAsync();
        }

        // Twenty-four periods without any silo.
        var later = new FakeTime();
        later.Advance(24 * Hour);
        await using var next = await StartAsync(later);
        await Alarms.Until(key, 2);
        await Ended(key);
        await TimePasses(next);
        var ticks = Alarms.Of(key);
        Assert.Equal(2, ticks.Count);
        Assert.Equal(ticks[0].FirstTickTime, ticks[1].FirstTickTime);
        Assert.Equal(Hour, ticks[1].Period);
        Assert.InRange(ticks[1].CurrentTickTime - ticks[0].CurrentTickTime, 24 * Hour - TimeSpan.FromMinutes(1), 25 * Hour);
    }

    [Fact]
    public async Task What_is_not_due_does_not_come()
    {
        await using var silo = await StyleShareCluster.StartAsync(database);
        var key = NewKey();
        await Alarm(silo, key).Set(Hour, Hour);
        silo.Time.Advance(Hour - TimeSpan.FromMinutes(1));
        await TimePasses(silo);
        Assert.Empty(Alarms.Of(key));
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await Alarms.Until(key, 1);
    }

    [Fact]
    public async Task Of_two_silos_one_ticks_each_reminder_once_a_period()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using var first = await StyleShareCluster.StartAsync(own);
        await using var second = await StyleShareCluster.StartAsync(own);
        var keys = Enumerable.Range(0, 300).Select(_ => NewKey()).ToArray();
        await Task.WhenAll(keys.Select((key, i) => Alarm(i % 2 == 0 ? first : second, key).Set(Hour, Hour)));
        for (var period = 1; period <= 3; period++)
        {
            first.Time.Advance(Hour);
            second.Time.Advance(Hour);
            await Task.WhenAll(keys.Select(key => Alarms.Until(key, period)));
            await Alarms.Until(
                async () => await own.ScalarAsync<long>("SELECT count(*) FROM OrleansRemindersTable WHERE ClaimedUntil IS NOT NULL") == 0,
                "the ticks to be written down");
            Assert.All(keys, key => Assert.Equal(period, Alarms.Of(key).Count));
        }
    }

    [Fact]
    public async Task A_tick_that_a_dead_silo_had_claimed_comes_when_the_claim_ends()
    {
        await using var silo = await StyleShareCluster.StartAsync(database);
        var key = NewKey();
        await Alarm(silo, key).Set(Hour, Hour);
        // As a silo leaves it that was killed between the claim and the call.
        await SetClaim(key, "now() + interval '1 day'");
        silo.Time.Advance(Hour);
        await TimePasses(silo);
        Assert.Empty(Alarms.Of(key));
        await SetClaim(key, "now()");
        await Alarms.Until(key, 1);
    }

    [Fact]
    public async Task What_a_grain_registers_in_its_tick_stands()
    {
        await using var silo = await StyleShareCluster.StartAsync(database);
        var key = $"snooze {NewKey()}";
        await Alarm(silo, key).Set(TimeSpan.Zero, Hour);
        await Alarms.Until(key, 1);
        await Ended(key);
        silo.Time.Advance(2 * Hour);
        await TimePasses(silo);
        Assert.Single(Alarms.Of(key));
        silo.Time.Advance(TimeSpan.FromDays(2));
        await Alarms.Until(key, 2);
    }

    [Fact]
    public async Task A_tick_during_which_the_database_restarted_does_not_come_again()
    {
        await using var server = await PostgresServer.StartAsync("fsync=off");
        await using (var source = NpgsqlDataSource.Create(server.ConnectionString))
            await Migrator.RunAsync(source, NullLogger.Instance, CancellationToken.None);
        await using var silo = await StyleShareCluster.StartAsync(database, [new("ConnectionStrings:StyleShare", server.ConnectionString)]);
        var key = NewKey();
        var held = Alarms.Hold(key);
        await Alarm(silo, key).Set(TimeSpan.Zero, Hour);
        await Alarms.Until(key, 1);
        await server.StopAsync();
        held.SetResult();
        await server.StartAgainAsync();
        await TimePasses(silo);
        await using (var source = NpgsqlDataSource.Create(server.ConnectionString))
        {
            await Alarms.Until(async () => await IsOpen(source, key), "the tick to be written down");
            Assert.Single(Alarms.Of(key));
        }
    }

    [Fact]
    public async Task A_stop_waits_for_the_tick_that_runs()
    {
        var key = NewKey();
        var held = Alarms.Hold(key);
        await using var silo = await StyleShareCluster.StartAsync(database);
        await Alarm(silo, key).Set(TimeSpan.Zero, Hour);
        await Alarms.Until(key, 1);
        var stopped = silo.DisposeAsync().AsTask();
        held.SetResult();
        await stopped;
        Assert.True(await IsOpen(database.Source, key));
        Assert.Single(Alarms.Of(key));
    }

    [Fact]
    public async Task Due_ones_are_found_among_many_by_index()
    {
        await using var own = await TestDatabase.CreateAsync();
        await own.ExecuteAsync(
            """
            INSERT INTO OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version, NextTick)
            SELECT 'styleshare', 'alarm/other' || n, 'alarm', now() + interval '1 day', 86400000, n, 0, now() + interval '1 day'
            FROM generate_series(1, 100000) n;
            ANALYZE OrleansRemindersTable
            """);
        await using var silo = await StyleShareCluster.StartAsync(own);
        await TimePasses(silo);
        const string Statistics = "FROM pg_stat_user_tables WHERE relname = 'orleansreminderstable'";
        // Both numbers reach the statistics together, some time after the queries.
        await Alarms.Until(async () => await own.ScalarAsync<long>($"SELECT coalesce(idx_scan, 0) {Statistics}") >= 4, "the statistics");
        Assert.Equal(0, await own.ScalarAsync<long>($"SELECT seq_scan {Statistics}"));
        Assert.InRange(await own.ScalarAsync<long>($"SELECT idx_tup_fetch {Statistics}"), 1, 10_000);
    }

    private static string NewKey() => Guid.NewGuid().ToString("n");

    private static IAlarmGrain Alarm(StyleShareCluster silo, string key) => silo.Grains.GetGrain<IAlarmGrain>(key);

    private Task<StyleShareCluster> StartAsync(TimeProvider time) =>
        StyleShareCluster.StartAsync(database, configure: services => services.AddSingleton(time));

    // What was due before is received: a bystander's alarm was, and its end is written down.
    private static async Task TimePasses(StyleShareCluster silo)
    {
        for (var i = 0; i < 2; i++)
        {
            var witness = NewKey();
            await Alarm(silo, witness).Set(TimeSpan.Zero, TimeSpan.FromDays(1_000));
            await Alarms.Until(witness, 1);
        }
    }

    private Task Ended(string key) => Alarms.Until(() => IsOpen(database.Source, key), "the tick to be written down");

    private static async Task<bool> IsOpen(NpgsqlDataSource source, string key)
    {
        await using var command = source.CreateCommand(
            $"SELECT ClaimedUntil IS NULL AND NextTick > StartTime OR Version > 0 FROM OrleansRemindersTable WHERE GrainId = 'alarm/{key}'");
        return await command.ExecuteScalarAsync() is true;
    }

    private Task SetClaim(string key, string until) =>
        database.ExecuteAsync($"UPDATE OrleansRemindersTable SET ClaimedUntil = {until} WHERE GrainId = 'alarm/{key}'");
}
