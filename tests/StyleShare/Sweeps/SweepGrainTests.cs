using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Sweeps;
using StyleShare.Testing;
using StyleShare.Tests.Reminders;

namespace StyleShare.Tests.Sweeps;

/// <summary>Sweeps by silos that share a database.</summary>
public sealed class SweepGrainTests
{
    [Fact]
    public async Task Every_partition_is_swept_step_by_step_once_a_period()
    {
        await using var database = await TestDatabase.CreateAsync();
        var sweep = new CountingSweep { Partitions = 3 };
        await using var silo = await Start(database, sweep);
        for (var run = 1; run <= 2; run++)
        {
            await Scheduled(database, 3);
            silo.Time.Advance(sweep.Every);
            await Alarms.Until(() => Task.FromResult(sweep.Steps.Count >= run * 3 * CountingSweep.StepsOfARun), "all steps");
            await Done(silo, 3, run);
        }

        Assert.All(sweep.Steps.CountBy(step => step), step => Assert.Equal(2, step.Value));
        var state = await silo.Grains.GetGrain<ISweepGrain>("counting/2").State();
        Assert.Equal((CountingSweep.StepsOfARun, false), ((int)state.Handled, state.IsRunning));
    }

    [Fact]
    public async Task What_a_dead_silo_left_another_one_finishes_from_the_last_step_that_was_committed()
    {
        await using var database = await TestDatabase.CreateAsync();
        var stuck = new CountingSweep { StuckAt = "2" };
        await using var first = await Start(database, stuck);
        await Scheduled(database, 1);
        await first.Grains.GetGrain<ISweepGrain>("counting/0").Run();
        await stuck.IsStuck.WaitAsync(Alarms.Limit);
        await first.KillAsync();

        var sweep = new CountingSweep();
        await using var second = await Start(database, sweep);
        // Beyond the time that the dead one had said it would be at it; its run is looked after by the reminder.
        second.Time.Advance(TimeSpan.FromMinutes(5));
        await Done(second, 1, 1);
        Assert.Equal([null, "1", "2"], stuck.Steps.Select(step => step.Cursor));
        Assert.Equal(["2", "3", "4"], sweep.Steps.Select(step => step.Cursor));
        stuck.Free();
    }

    [Fact]
    public async Task Two_silos_asked_at_once_sweep_it_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        // Held, so that the run cannot be over before the other silo is asked: that would rightly begin a second one.
        var sweep = new CountingSweep { StuckAt = "1" };
        await using var first = await Start(database, sweep);
        await Scheduled(database, 1);
        await using var second = await Start(database, sweep);
        await Task.WhenAll(
            first.Grains.GetGrain<ISweepGrain>("counting/0").Run(),
            second.Grains.GetGrain<ISweepGrain>("counting/0").Run());
        sweep.Free();
        await Alarms.Until(async () => (await Stored(database)).Contains("\"isRunning\": false", StringComparison.Ordinal), "the end of the run");
        Assert.Equal([null, "1", "2", "3", "4"], sweep.Steps.Select(step => step.Cursor));
    }

    [Fact]
    public async Task A_step_that_fails_is_tried_again_from_where_it_was()
    {
        await using var database = await TestDatabase.CreateAsync();
        var sweep = new CountingSweep { FailsAt = "3" };
        await using var silo = await Start(database, sweep);
        await Scheduled(database, 1);
        await silo.Grains.GetGrain<ISweepGrain>("counting/0").Run();
        await Alarms.Until(
            async () => await silo.Grains.GetGrain<ISweepGrain>("counting/0").State() is { Cursor: "3", IsRunning: true } state && state.BusyUntil == default,
            "the failure");
        sweep.FailsAt = null;
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await Done(silo, 1, 1);
        Assert.Equal([null, "1", "2", "3", "3", "4"], sweep.Steps.Select(step => step.Cursor));
        Assert.Equal(1, await Reminders(database));
    }

    [Fact]
    public async Task A_step_that_takes_too_long_is_cut_off()
    {
        await using var database = await TestDatabase.CreateAsync();
        var sweep = new CountingSweep { StuckAt = "1", HeedsCancellation = true };
        await using var silo = await Start(database, sweep, new KeyValuePair<string, string?>("StyleShare:Sweeps:StepTimeLimit", "00:00:00.100"));
        await Scheduled(database, 1);
        await silo.Grains.GetGrain<ISweepGrain>("counting/0").Run();
        await sweep.IsStuck.WaitAsync(Alarms.Limit);
        sweep.StuckAt = null;
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await Done(silo, 1, 1);
    }

    [Fact]
    public async Task A_silo_that_starts_does_not_put_off_what_is_due()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (await Start(database, new CountingSweep()))
            await Scheduled(database, 1);
        const string Times = "SELECT StartTime::text || Version FROM OrleansRemindersTable WHERE GrainId LIKE 'sweep/counting/%'";
        var before = await database.ScalarAsync<string>(Times);
        var witness = new CountingSweep { Name = "witness" };
        await using (await Start(database, new CountingSweep(), witness))
            await Alarms.Until(async () => await Reminders(database, "witness") == 1, "the sweep after it");
        Assert.Equal(before, await database.ScalarAsync<string>(Times));
    }

    [Fact]
    public async Task A_sweep_that_is_no_more_loses_its_reminders()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (await Start(database, new CountingSweep()))
            await Scheduled(database, 1);
        await using var silo = await StyleShareCluster.StartAsync(database);
        silo.Time.Advance(TimeSpan.FromDays(1));
        await Alarms.Until(async () => await Reminders(database) == 0, "the reminder to be removed");
    }

    private static Task<StyleShareCluster> Start(TestDatabase database, CountingSweep sweep, params KeyValuePair<string, string?>[] settings) =>
        StyleShareCluster.StartAsync(database, settings, services => services.AddSingleton<ISweep>(sweep));

    private static Task<StyleShareCluster> Start(TestDatabase database, params CountingSweep[] sweeps) => StyleShareCluster.StartAsync(
        database, configure: services => Array.ForEach(sweeps, sweep => services.AddSingleton<ISweep>(sweep)));

    private static Task Scheduled(TestDatabase database, int partitions) =>
        Alarms.Until(async () => await Reminders(database) == partitions, "the sweep's reminders");

    private static Task<long> Reminders(TestDatabase database, string sweep = "counting") =>
        database.ScalarAsync<long>($"SELECT count(*) FROM OrleansRemindersTable WHERE GrainId LIKE 'sweep/{sweep}/%'");

    private static Task<string> Stored(TestDatabase database) =>
        database.ScalarAsync<string>("SELECT state::text FROM grain_state WHERE id = 'counting/0'");

    // All partitions are through with as many runs, and nothing looks after them any more.
    private static async Task Done(StyleShareCluster silo, int partitions, int runs)
    {
        for (var i = 0; i < partitions; i++)
        {
            var grain = silo.Grains.GetGrain<ISweepGrain>(string.Create(CultureInfo.InvariantCulture, $"counting/{i}"));
            await Alarms.Until(async () => await grain.State() is { IsRunning: false, DoneAt: not null }, $"run {runs} of {i}");
        }

        await Alarms.Until(
            async () => await silo.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().CreateCommand(
                "SELECT count(*) FROM OrleansRemindersTable WHERE GrainId LIKE 'sweep/counting/%' AND ReminderName = 'resume'").ExecuteScalarAsync() is 0L,
            "the second reminders to be removed");
    }
}

/// <summary>Goes from nothing over 1, 2, 3 and 4 to the end, and writes down each step that it is asked for.</summary>
internal sealed class CountingSweep : ISweep
{
    public const int StepsOfARun = 5;

    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name { get; init; } = "counting";

    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

    public int Partitions { get; init; } = 1;

    public string? StuckAt { get; set; }

    public bool HeedsCancellation { get; init; }

    public string? FailsAt { get; set; }

    public ConcurrentQueue<(int Partition, string? Cursor)> Steps { get; } = [];

    public Task IsStuck => _stuck.Task;

    public void Free() => _free.TrySetResult();

    public async Task<SweepStep> Step(int partition, string? cursor, CancellationToken cancellation)
    {
        Steps.Enqueue((partition, cursor));
        if (cursor is not null && cursor == StuckAt)
        {
            _stuck.TrySetResult();
            await _free.Task.WaitAsync(HeedsCancellation ? cancellation : CancellationToken.None);
        }

        if (cursor is not null && cursor == FailsAt)
            throw new InvalidOperationException("As the test asked.");
        var next = int.Parse(cursor ?? "0", CultureInfo.InvariantCulture) + 1;
        return new SweepStep(next < StepsOfARun ? next.ToString(CultureInfo.InvariantCulture) : null, 1);
    }
}
