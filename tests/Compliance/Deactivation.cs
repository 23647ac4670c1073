using Orleans.Concurrency;

namespace Compliance;

/// <summary>How an activation ends, and what happens to calls meanwhile.</summary>
public sealed class DeactivationTests(SharedCluster cluster)
{
    [Fact]
    public async Task DeactivateOnIdle_ends_the_request_first_and_gives_its_reason()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<ILifeGrain>(key).StopThenNote("still here");
        await probe.Wait("deactivated");
        Assert.Equal(["activating", "activated", "still here", "deactivated ApplicationRequested"], probe.Journal);
    }

    [Fact]
    public async Task The_next_call_reaches_a_new_activation()
    {
        Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ILifeGrain>(key);
        var first = await grain.Activation();
        await grain.StopThenNote("bye");
        Assert.NotEqual(first, await grain.Activation());
    }

    [Fact]
    public async Task Calls_that_wait_when_the_grain_stops_reach_its_successor()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ILifeGrain>(key);
        var first = await grain.Activation();
        var stopping = grain.StopWhenTold();
        await probe.Wait("about to stop");
        var waiting = Enumerable.Range(0, 20).Select(_ => grain.Activation()).ToList();
        probe.Signal("stop");
        await stopping;
        var answers = await Task.WhenAll(waiting).WaitAsync(Probe.Limit);
        Assert.Single(answers.Distinct());
        Assert.NotEqual(first, answers[0]);
    }

    [Fact]
    public async Task Calls_during_OnDeactivateAsync_wait_and_reach_the_successor_after_it()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ISlowLeaverGrain>(key);
        var first = await grain.Activation();
        await grain.Stop();
        await probe.Wait("leaving");
        var waiting = Enumerable.Range(0, 20).Select(_ => grain.Activation()).ToList();
        probe.Signal("left");
        var answers = await Task.WhenAll(waiting).WaitAsync(Probe.Limit);
        Assert.Single(answers.Distinct());
        Assert.NotEqual(first, answers[0]);
        Assert.Equal(["activated", "leaving", "left", "activated"], probe.Journal);
    }

    [Fact]
    public async Task A_grain_is_never_twice_there_while_it_stops_and_is_called()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ISlowLeaverGrain>(key);
        probe.Signal("left");

        // One stop after the other: a call may be forwarded only a few times before it is given back.
        var stopping = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++) await grain.Stop();
        });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            while (!stopping.IsCompleted) await grain.Activation();
        }))).WaitAsync(Probe.Limit);
        await stopping;
        Assert.Equal(1, probe.MostInside);
    }

    [Fact]
    public async Task A_deactivation_waits_for_the_requests_that_run()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ILifeGrain>(key);
        var held = grain.Hold();
        await probe.Wait("holding");
        await grain.StopBeside();
        Assert.False(probe.IsSignalled("deactivated"));
        probe.Signal("release");
        await held;
        await probe.Wait("deactivated");
        Assert.Equal("released", probe.Journal[^2]);
    }

    [Fact]
    public async Task An_OnDeactivateAsync_that_throws_does_not_keep_the_grain_from_coming_back()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IGrumpyGrain>(key);
        var first = await grain.Activation();
        await grain.Stop();
        await probe.Wait("grumbling");
        Assert.NotEqual(first, await grain.Activation());
    }

    [Fact]
    public async Task A_context_can_be_told_to_deactivate_with_a_reason()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ILifeGrain>(key);
        await grain.Note("up");
        var context = LifeGrain.Contexts[key];
        context.Deactivate(new DeactivationReason(DeactivationReasonCode.RuntimeRequested, "made room"));
        await context.Deactivated.WaitAsync(Probe.Limit);
        Assert.Equal("deactivated RuntimeRequested", probe.Journal[^1]);
    }

    [Fact]
    public async Task A_disposable_grain_is_disposed_when_it_is_gone()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IDisposableGrain>(key);
        await grain.Stop();
        await probe.Wait("disposed");
    }
}

public interface ILifeGrain : IGrainWithStringKey
{
    Task Note(string text);

    Task<Guid> Activation();

    Task StopThenNote(string text);

    Task StopWhenTold();

    Task Hold();

    [AlwaysInterleave]
    Task StopBeside();
}

public sealed class LifeGrain : Grain, ILifeGrain
{
    public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, IGrainContext> Contexts = new();

    private readonly Guid _activation = Guid.NewGuid();

    private Probe Probe => Probe.Of(this);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Contexts[this.GetPrimaryKeyString()] = GrainContext;
        Probe.Note("activating");
        await Task.Yield();
        Probe.Note("activated");
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Note($"deactivated {reason.ReasonCode}");
        Probe.Signal("deactivated");
        return Task.CompletedTask;
    }

    public Task Note(string text)
    {
        Probe.Note(text);
        return Task.CompletedTask;
    }

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public async Task StopThenNote(string text)
    {
        DeactivateOnIdle();
        await Task.Yield();
        Probe.Note(text);
    }

    public async Task StopWhenTold()
    {
        Probe.Signal("about to stop");
        await Probe.Wait("stop");
        DeactivateOnIdle();
    }

    public async Task Hold()
    {
        Probe.Signal("holding");
        await Probe.Wait("release");
        Probe.Note("released");
    }

    public Task StopBeside()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface ISlowLeaverGrain : IGrainWithStringKey
{
    Task<Guid> Activation();

    Task Stop();
}

public sealed class SlowLeaverGrain : Grain, ISlowLeaverGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    private Probe Probe => Probe.Of(this);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Probe.Enter();
        Probe.Note("activated");
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Note("leaving");
        Probe.Signal("leaving");
        await Probe.Wait("left");
        Probe.Note("left");
        Probe.Leave();
    }

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface IGrumpyGrain : IGrainWithStringKey
{
    Task<Guid> Activation();

    Task<string> Asked();

    Task Stop();
}

public sealed class GrumpyGrain : Grain, IGrumpyGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private string _asked = "";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = $"{this.GetPrimaryKeyString()}-helper";
        ClumsyGrain.Stumbling[key] = false;
        _asked = await GrainFactory.GetGrain<IClumsyGrain>(key).Hello();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Of(this).Signal("grumbling");
        throw new InvalidOperationException("I will not go");
    }

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public Task<string> Asked() => Task.FromResult(_asked);

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface IDisposableGrain : IGrainWithStringKey
{
    Task Stop();
}

public sealed class DisposableGrain : Grain, IDisposableGrain, IDisposable
{
    private string _key = "";

    public Task Stop()
    {
        _key = this.GetPrimaryKeyString();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public void Dispose() => Probe.Of(_key).Signal("disposed");
}
