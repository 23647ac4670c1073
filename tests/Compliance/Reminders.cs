using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.TestingHost;
using Orleans.Timers;

[assembly: AssemblyFixture(typeof(Compliance.ReminderCluster))]

namespace Compliance;

/// <summary>A silo with reminders, which may be as frequent as a test wants.</summary>
public sealed class ReminderCluster : ClusterFixture<ReminderCluster.Configurator>
{
    public static readonly TimeSpan LeastPeriod = TimeSpan.FromMilliseconds(20);

    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder
            .UseInMemoryReminderService()
            .Configure<ReminderOptions>(options => options.MinimumReminderPeriod = LeastPeriod);
    }
}

/// <summary>Reminders: they outlive the activation that registered them.</summary>
public sealed class RemindersTests(ReminderCluster cluster, SharedCluster withoutReminders)
{
    private static readonly TimeSpan Often = ReminderCluster.LeastPeriod;
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    [Fact]
    public async Task A_reminder_ticks_again_and_again()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("water", TimeSpan.Zero, Often);
        await probe.Wait("water 3");
    }

    [Fact]
    public async Task A_tick_says_when_the_first_one_was_due_and_when_it_was_sent()
    {
        var before = DateTime.UtcNow;
        Probe.New(out var key);
        await Grain(key).Register("water", TimeSpan.Zero, Often);
        await Probe.Of(key).Wait("water 3");
        var ticks = await Grain(key).Ticks();
        Assert.All(ticks, tick => Assert.Equal(Often, tick.Period));
        Assert.Single(ticks.Select(tick => tick.FirstTickTime).Distinct());
        Assert.All(ticks, tick => Assert.InRange(tick.FirstTickTime, before.AddMilliseconds(-1), tick.CurrentTickTime));
        Assert.Equal(ticks.OrderBy(tick => tick.CurrentTickTime), ticks);
        // Each in a period of its own.
        Assert.Equal(ticks.Length, ticks.Select(tick => (tick.CurrentTickTime - tick.FirstTickTime).Ticks / Often.Ticks).Distinct().Count());
    }

    [Fact]
    public async Task A_reminder_activates_its_grain()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("water", Often, Often);
        await Grain(key).Stop();
        await probe.Wait("deactivated");
        await probe.Wait("activated 2");
        await probe.Wait("water 1");
    }

    [Fact]
    public async Task A_tick_is_a_turn_like_any_other()
    {
        var probe = Probe.New(out var key);
        var held = Grain(key).RegisterAndHold("water", Often);
        await probe.Wait("held");
        await TimePasses();
        Assert.False(probe.IsSignalled("water 1"));
        probe.Signal("go");
        await held;
        await probe.Wait("water 1");
    }

    [Fact]
    public async Task A_slow_tick_is_never_two_at_once_and_missed_ones_are_left_out()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("slow", TimeSpan.Zero, Often);
        await probe.Wait("in slow tick");
        await TimePasses();
        probe.Signal("go");
        await probe.Wait("slow 3");
        Assert.Equal(1, probe.MostInside);
        var ticks = await Grain(key).Ticks();
        Assert.True(ticks[1].CurrentTickTime - ticks[0].CurrentTickTime > Often, "The second tick came before the first had ended.");
    }

    [Fact]
    public async Task Registered_again_it_is_the_same_reminder_with_other_times()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("water", Never, Never);
        await TimePasses();
        Assert.False(probe.IsSignalled("water 1"));
        await Grain(key).Register("water", TimeSpan.Zero, Often);
        await probe.Wait("water 1");
        Assert.Equal(["water"], await Grain(key).Names());
    }

    [Fact]
    public async Task Removed_it_ticks_no_more()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("water", TimeSpan.Zero, Often);
        await probe.Wait("water 1");
        await Grain(key).Unregister("water");
        // One may have been under way.
        await TimePasses();
        var ticks = (await Grain(key).Ticks()).Length;
        await TimePasses();
        Assert.Equal(ticks, (await Grain(key).Ticks()).Length);
        Assert.Empty(await Grain(key).Names());
    }

    [Fact]
    public async Task A_grain_may_remove_a_reminder_in_its_tick()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("once", TimeSpan.Zero, Often);
        await probe.Wait("once 1");
        await TimePasses();
        Assert.Single(await Grain(key).Ticks());
    }

    [Fact]
    public async Task A_grain_has_several_reminders_by_their_names()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("water", TimeSpan.Zero, Never);
        await Grain(key).Register("feed", TimeSpan.Zero, Never);
        await probe.Wait("water 1");
        await probe.Wait("feed 1");
        Assert.Equal(["feed", "water"], await Grain(key).Names());
        Assert.True(await Grain(key).Has("feed"));
        Assert.False(await Grain(key).Has("prune"));
    }

    [Fact]
    public async Task Grains_with_the_same_reminder_are_apart()
    {
        Probe.New(out var other);
        await Grain(other).Register("water", Never, Never);
        Probe.New(out var key);
        Assert.Empty(await Grain(key).Names());
    }

    [Fact]
    public async Task A_handle_from_before_another_registration_removes_nothing()
    {
        Probe.New(out var key);
        await Grain(key).Register("water", Never, Never);
        await Assert.ThrowsAsync<ReminderException>(() => Grain(key).UnregisterStale("water", Never));
        Assert.Equal(["water"], await Grain(key).Names());
    }

    [Fact]
    public async Task A_tick_that_throws_comes_again_after_its_period()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Register("faulty", TimeSpan.Zero, Often);
        await probe.Wait("faulty 3");
    }

    [Fact]
    public async Task Many_grains_are_reminded()
    {
        var probes = Enumerable.Range(0, 300).Select(_ => (Probe: Probe.New(out var key), Key: key)).ToArray();
        await Task.WhenAll(probes.Select(p => Grain(p.Key).Register("water", TimeSpan.Zero, Never)));
        await Task.WhenAll(probes.Select(p => p.Probe.Wait("water 1")));
    }

    [Fact]
    public async Task A_period_that_is_too_short_is_refused()
    {
        Probe.New(out var key);
        await Assert.ThrowsAsync<ArgumentException>(() => Grain(key).Register("water", TimeSpan.Zero, Often - TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task Times_that_are_none_are_refused()
    {
        Probe.New(out var key);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Grain(key).Register("water", TimeSpan.FromSeconds(-2), Never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Grain(key).Register("water", Timeout.InfiniteTimeSpan, Never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Grain(key).Register("water", TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task A_reminder_without_a_name_is_refused()
    {
        Probe.New(out var key);
        await Assert.ThrowsAsync<ArgumentException>(() => Grain(key).Register("", TimeSpan.Zero, Never));
    }

    [Fact]
    public async Task A_grain_that_cannot_be_reminded_registers_nothing()
    {
        Probe.New(out var key);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Grains.GetGrain<IForgetfulGrain>(key).Register());
    }

    [Fact]
    public async Task Only_a_grains_own_code_registers_its_reminders()
    {
        Probe.New(out var key);
        var registry = cluster.Silo.GetRequiredService<IReminderRegistry>();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => registry.RegisterOrUpdateReminder(Grain(key).GetGrainId(), "water", TimeSpan.Zero, Never));
    }

    [Fact]
    public async Task Without_a_reminder_service_registering_says_what_is_missing()
    {
        Probe.New(out var key);
        var grain = withoutReminders.Grains.GetGrain<IGardenGrain>(key);
        await Assert.ThrowsAsync<OrleansConfigurationException>(() => grain.Register("water", TimeSpan.Zero, Never));
    }

    private IGardenGrain Grain(string key) => cluster.Grains.GetGrain<IGardenGrain>(key);

    /// <summary>Lets a bystander be reminded many times: what was due before has come.</summary>
    private async Task TimePasses()
    {
        var witness = Probe.New(out var key);
        await Grain(key).Register("witness", TimeSpan.Zero, Often);
        await witness.Wait("witness 8");
        await Grain(key).Unregister("witness");
    }
}

public interface IGardenGrain : IGrainWithStringKey
{
    Task Register(string name, TimeSpan dueTime, TimeSpan period);

    Task RegisterAndHold(string name, TimeSpan period);

    Task Unregister(string name);

    Task UnregisterStale(string name, TimeSpan period);

    Task<bool> Has(string name);

    Task<ImmutableArray<string>> Names();

    Task<ImmutableArray<TickStatus>> Ticks();

    Task Stop();
}

public sealed class GardenGrain : Grain, IGardenGrain, IRemindable
{
    // What was received outlives the activation, for the tests to look at.
    private static readonly ConcurrentDictionary<string, List<TickStatus>> Received = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, int> Counts = new(StringComparer.Ordinal);

    private string Key => this.GetPrimaryKeyString();

    private Probe Probe => Probe.Of(Key);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Count("activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Signal("deactivated");
        return Task.CompletedTask;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Probe.Enter();
        var ticks = Received.GetOrAdd(Key, static _ => []);
        lock (ticks)
            ticks.Add(status);
        if (reminderName == "slow")
        {
            Probe.Signal("in slow tick");
            await Probe.Wait("go");
        }

        if (reminderName == "once")
            await this.UnregisterReminder((await this.GetReminder(reminderName))!);
        Probe.Leave();
        Count(reminderName);
        if (reminderName == "faulty")
            throw new InvalidOperationException("As the test asked.");
    }

    public Task Register(string name, TimeSpan dueTime, TimeSpan period) => this.RegisterOrUpdateReminder(name, dueTime, period);

    public async Task RegisterAndHold(string name, TimeSpan period)
    {
        await this.RegisterOrUpdateReminder(name, TimeSpan.Zero, period);
        Probe.Signal("held");
        await Probe.Wait("go");
    }

    public async Task Unregister(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task UnregisterStale(string name, TimeSpan period)
    {
        var stale = await this.GetReminder(name);
        await this.RegisterOrUpdateReminder(name, period, period);
        await this.UnregisterReminder(stale!);
    }

    public async Task<bool> Has(string name) => await this.GetReminder(name) is not null;

    public async Task<ImmutableArray<string>> Names() =>
        [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order(StringComparer.Ordinal)];

    public Task<ImmutableArray<TickStatus>> Ticks()
    {
        var ticks = Received.GetOrAdd(Key, static _ => []);
        lock (ticks)
            return Task.FromResult(ImmutableArray.CreateRange(ticks));
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void Count(string what)
    {
        var count = Counts.AddOrUpdate($"{Key} {what}", 1, static (_, before) => before + 1);
        Probe.Signal($"{what} {count}");
    }
}

public interface IForgetfulGrain : IGrainWithStringKey
{
    Task Register();
}

public sealed class ForgetfulGrain : Grain, IForgetfulGrain
{
    public Task Register() => this.RegisterOrUpdateReminder("water", TimeSpan.Zero, TimeSpan.FromDays(1));
}
