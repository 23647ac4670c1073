namespace Compliance;

/// <summary>How an activation begins: what it gets, and what happens when it fails.</summary>
public sealed class ActivationTests(SharedCluster cluster)
{
    [Fact]
    public async Task OnActivateAsync_has_ended_before_the_first_request()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<ILifeGrain>(key).Note("request");
        await cluster.Grains.GetGrain<ILifeGrain>(key).Note("request");
        Assert.Equal(["activating", "activated", "request", "request"], probe.Journal);
    }

    [Fact]
    public async Task A_failed_activation_fails_all_who_wait_with_the_reason_and_leaves_nothing_behind()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IShyGrain>(key);
        var calls = Enumerable.Range(0, 10).Select(_ => grain.Hello()).ToList();
        await probe.Wait("activating");
        probe.Signal("refuse");
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<PaperJamException>(() => call);
            Assert.Equal(1, failure.Tray);
        }

        Assert.Equal("hello", await grain.Hello());
        Assert.DoesNotContain("deactivated", probe.Journal);
    }

    [Fact]
    public async Task A_constructor_that_throws_fails_the_call_and_the_next_is_tried_anew()
    {
        Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IClumsyGrain>(key);
        ClumsyGrain.Stumbling[key] = true;
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => grain.Hello());
        Assert.Contains("stumbled", failure.ToString());
        ClumsyGrain.Stumbling[key] = false;
        Assert.Equal("hello", await grain.Hello());
    }

    [Fact]
    public async Task OnActivateAsync_may_call_other_grains()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IGrumpyGrain>(key);
        Assert.Equal("hello", await grain.Asked());
        Assert.False(probe.IsSignalled("grumbling"));
    }

    [Fact]
    public async Task A_grain_context_tells_where_the_grain_is_and_when_it_is_gone()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ILifeGrain>(key);
        await grain.Note("up");
        var context = LifeGrain.Contexts[key];
        Assert.Equal(grain.GetGrainId(), context.GrainId);
        Assert.Equal(cluster.Cluster.Primary!.SiloAddress, context.Address.SiloAddress);
        Assert.False(context.Deactivated.IsCompleted);
        await grain.StopThenNote("down");
        await context.Deactivated.WaitAsync(Probe.Limit);
        Assert.True(probe.IsSignalled("deactivated"));
        await grain.Note("up again");
        Assert.NotEqual(context.ActivationId, LifeGrain.Contexts[key].ActivationId);
    }

    [Fact]
    public async Task Constructors_get_services_keyed_services_and_the_grains_context()
    {
        var grain = cluster.Grains.GetGrain<ISuppliedGrain>(Guid.NewGuid().ToString());
        Assert.Equal("the blue one, the red one, own context", await grain.WhatIGot());
    }

    [Fact]
    public async Task A_scoped_service_is_one_for_each_activation_and_disposed_with_it()
    {
        Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ISuppliedGrain>(key);
        await grain.WhatIGot();
        await cluster.Grains.GetGrain<ISuppliedGrain>($"{key}-other").WhatIGot();
        var mine = SuppliedGrain.Scoped[key];
        Assert.NotSame(mine, SuppliedGrain.Scoped[$"{key}-other"]);
        var context = SuppliedGrain.Contexts[key];
        await grain.Stop();
        await context.Deactivated.WaitAsync(Probe.Limit);
        await Eventually.True(() => Task.FromResult(mine.Disposed), "the scope of the activation was disposed");
    }
}

public interface IShyGrain : IGrainWithStringKey
{
    Task<string> Hello();
}

public sealed class ShyGrain : Grain, IShyGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var probe = Probe.Of(this);
        if (probe.Count() > 1) return;
        probe.Signal("activating");
        await probe.Wait("refuse");
        throw new PaperJamException(1);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Of(this).Note("deactivated");
        return Task.CompletedTask;
    }

    public Task<string> Hello() => Task.FromResult("hello");
}

public interface IClumsyGrain : IGrainWithStringKey
{
    Task<string> Hello();
}

public sealed class ClumsyGrain : Grain, IClumsyGrain
{
    public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Stumbling = new();

    public ClumsyGrain(IGrainContext context)
    {
        if (Stumbling[context.GrainId.Key.ToString()!]) throw new InvalidOperationException("stumbled");
    }

    public Task<string> Hello() => Task.FromResult("hello");
}

public interface ISuppliedGrain : IGrainWithStringKey
{
    Task<string> WhatIGot();

    Task Stop();
}

public sealed class SuppliedGrain(
    [FromKeyedServices("blue")] Paint blue,
    [FromKeyedServices("red")] Paint red,
    IGrainContext context,
    PerActivation scoped,
    IGrainFactory grains) : Grain, ISuppliedGrain
{
    public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, PerActivation> Scoped = new();
    public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, IGrainContext> Contexts = new();

    public Task<string> WhatIGot()
    {
        Scoped[this.GetPrimaryKeyString()] = scoped;
        Contexts[this.GetPrimaryKeyString()] = context;
        var own = ReferenceEquals(context, GrainContext) && ReferenceEquals(context.GrainInstance, this) && grains is not null;
        return Task.FromResult($"{blue.Name}, {red.Name}, {(own ? "own context" : "a foreign context")}");
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
