using Orleans.Concurrency;

namespace Compliance;

/// <summary>Grain timers: turns like any other, which end with their activation.</summary>
public sealed class TimersTests(SharedCluster cluster)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_timer_ticks_again_and_again_with_its_state()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IClockGrain>(key).StartWithState("tock");
        await probe.Wait("tick 3");
        Assert.Equal(["tock", "tock", "tock"], probe.Journal.Take(3));
    }

    [Fact]
    public async Task A_timer_without_a_period_ticks_once()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IClockGrain>(key).Start(Soon, Timeout.InfiniteTimeSpan, interleave: false);
        await probe.Wait("tick 1");
        await TimePasses();
        Assert.Equal(1, probe.Total);
    }

    [Fact]
    public async Task A_tick_runs_on_the_grains_scheduler()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IClockGrain>(key).Start(Soon, Soon, interleave: false);
        await probe.Wait("tick 3");
        Assert.DoesNotContain("elsewhere", probe.Journal);
    }

    [Fact]
    public async Task A_tick_waits_for_the_request_that_runs()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IClockGrain>(key);
        var held = grain.StartAndHold(interleave: false);
        await probe.Wait("held");
        await TimePasses();
        Assert.Equal(0, probe.Total);
        probe.Signal("go");
        await held;
        await probe.Wait("tick 1");
    }

    [Fact]
    public async Task An_interleaving_tick_does_not_wait()
    {
        var probe = Probe.New(out var key);
        var held = cluster.Grains.GetGrain<IClockGrain>(key).StartAndHold(interleave: true);
        await probe.Wait("tick 2");
        Assert.False(held.IsCompleted);
        probe.Signal("go");
        await held;
    }

    [Fact]
    public async Task A_request_waits_for_the_tick_that_runs()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IClockGrain>(key);
        await grain.StartHeldTick();
        await probe.Wait("in tick");
        var request = grain.Note("request");
        await grain.Pass();
        await grain.Pass();
        Assert.False(request.IsCompleted);
        probe.Signal("go");
        await request;
        Assert.Equal(["tick in", "tick out", "request"], probe.Journal);
    }

    [Fact]
    public async Task A_disposed_timer_ticks_no_more()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IClockGrain>(key);
        await grain.Start(Soon, Soon, interleave: false);
        await probe.Wait("tick 2");
        await grain.Dispose();
        var ticks = probe.Total;
        await TimePasses();
        Assert.Equal(ticks, probe.Total);
    }

    [Fact]
    public async Task A_timer_can_be_changed()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IClockGrain>(key);
        await grain.Start(TimeSpan.FromHours(1), TimeSpan.FromHours(1), interleave: false);
        await TimePasses();
        Assert.Equal(0, probe.Total);
        await grain.Change(Soon, Soon);
        await probe.Wait("tick 2");
    }

    [Fact]
    public async Task A_tick_that_throws_does_not_end_the_timer()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IClockGrain>(key).StartThrowing();
        await probe.Wait("tick 3");
    }

    [Fact]
    public async Task No_tick_comes_after_the_deactivation()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IClockGrain>(key);
        await grain.Start(Soon, Soon, interleave: true);
        await probe.Wait("tick 2");
        await grain.Stop();
        await probe.Wait("deactivated");
        var ticks = probe.Total;
        await TimePasses();
        Assert.Equal(ticks, probe.Total);
    }

    [Fact]
    public async Task A_tick_under_way_is_told_of_the_deactivation_and_ends_first()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IClockGrain>(key);
        await grain.StartTickUntilCancelled();
        await probe.Wait("in tick");
        await grain.Stop();
        await probe.Wait("deactivated");
        Assert.Equal(["tick cancelled", "deactivated"], probe.Journal);
        await grain.Note("successor");
        Assert.Equal("successor", probe.Journal[^1]);
    }

    [Fact]
    public async Task Many_timers_of_one_grain_run_one_at_a_time()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IClockGrain>(key).StartMany(20);
        await probe.Wait("tick 200");
        Assert.Equal(1, probe.MostInside);
    }

    /// <summary>Lets a bystander's timer with the shortest period tick many times: what was due before is due now.</summary>
    private async Task TimePasses()
    {
        var witness = Probe.New(out var key);
        await cluster.Grains.GetGrain<IClockGrain>(key).Start(Soon, Soon, interleave: false);
        await witness.Wait("tick 30");
        await cluster.Grains.GetGrain<IClockGrain>(key).Dispose();
    }
}

public interface IClockGrain : IGrainWithStringKey
{
    Task Start(TimeSpan dueTime, TimeSpan period, bool interleave);

    Task StartWithState(string state);

    Task StartAndHold(bool interleave);

    Task StartHeldTick();

    Task StartThrowing();

    Task StartTickUntilCancelled();

    Task StartMany(int timers);

    Task Change(TimeSpan dueTime, TimeSpan period);

    Task Dispose();

    [AlwaysInterleave]
    Task Stop();

    Task Note(string text);

    [AlwaysInterleave]
    Task Pass();
}

public sealed class ClockGrain : Grain, IClockGrain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private IGrainTimer? _timer;
    private TaskScheduler _own = TaskScheduler.Default;

    private Probe Probe => Probe.Of(this);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _own = TaskScheduler.Current;
        return Task.CompletedTask;
    }

    public Task Start(TimeSpan dueTime, TimeSpan period, bool interleave)
    {
        var options = new GrainTimerCreationOptions(dueTime, period) { Interleave = interleave };
        _timer = this.RegisterGrainTimer(Tick, options);
        return Task.CompletedTask;
    }

    public Task StartWithState(string state)
    {
        _timer = this.RegisterGrainTimer(
            static (s, _) =>
            {
                s.Probe.Note(s.Text);
                s.Probe.Signal($"tick {s.Probe.Count()}");
                return Task.CompletedTask;
            },
            (Probe, Text: state),
            Soon,
            Soon);
        return Task.CompletedTask;
    }

    public async Task StartAndHold(bool interleave)
    {
        await Start(Soon, Soon, interleave);
        Probe.Signal("held");
        await Probe.Wait("go");
    }

    public Task StartHeldTick()
    {
        this.RegisterGrainTimer(
            async () =>
            {
                Probe.Note("tick in");
                Probe.Signal("in tick");
                await Probe.Wait("go");
                Probe.Note("tick out");
            },
            Soon,
            Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task StartThrowing()
    {
        this.RegisterGrainTimer(
            async () =>
            {
                await Tick();
                throw new InvalidOperationException("a bad tick");
            },
            Soon,
            Soon);
        return Task.CompletedTask;
    }

    public Task StartTickUntilCancelled()
    {
        this.RegisterGrainTimer(
            async cancellation =>
            {
                Probe.Signal("in tick");
                var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var registration = cancellation.Register(() => cancelled.TrySetResult());
                await cancelled.Task.WaitAsync(Probe.Limit);
                Probe.Note("tick cancelled");
            },
            Soon,
            Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task StartMany(int timers)
    {
        for (var i = 0; i < timers; i++) this.RegisterGrainTimer(Tick, Soon, Soon);
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task Dispose()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Note(string text)
    {
        Probe.Note(text);
        return Task.CompletedTask;
    }

    public Task Pass() => Task.CompletedTask;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Note("deactivated");
        Probe.Signal("deactivated");
        return Task.CompletedTask;
    }

    private async Task Tick()
    {
        if (!ReferenceEquals(TaskScheduler.Current, _own)) Probe.Note("elsewhere");
        Probe.Enter();
        Thread.SpinWait(100);
        Probe.Leave();
        await Task.Yield();
        if (!ReferenceEquals(TaskScheduler.Current, _own)) Probe.Note("elsewhere");
        Probe.Signal($"tick {Probe.Count()}");
    }
}
