using Orleans.Concurrency;

namespace Compliance;

/// <summary>[OneWay] calls are sent and not waited for.</summary>
public sealed class OneWayTests(SharedCluster cluster)
{
    [Fact]
    public async Task The_caller_goes_on_before_the_grain_has_ended()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IPostboxGrain>(key);
        await grain.Drop(hold: true, fail: false);
        Assert.False(probe.IsSignalled("done"));
        probe.Signal("go");
        await probe.Wait("done");
    }

    [Fact]
    public async Task It_is_a_request_like_others_and_runs_to_its_end_first()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IPostboxGrain>(key);
        await grain.Drop(hold: true, fail: false);
        await probe.Wait("in");
        var after = grain.Count();
        probe.Signal("go");
        Assert.Equal(1, await after);
    }

    [Fact]
    public async Task A_failure_reaches_nobody_and_harms_nothing()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IPostboxGrain>(key);
        await grain.Drop(hold: false, fail: true);
        await probe.Wait("failing");
        Assert.Equal(1, await grain.Count());
        await grain.Drop(hold: false, fail: false);
        await probe.Wait("done");
        Assert.Equal(2, await grain.Count());
    }

    [Fact]
    public async Task A_failed_activation_reaches_nobody_either()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IUnwillingPostboxGrain>(key).Drop();
        await probe.Wait("refused");
    }
}

public interface IPostboxGrain : IGrainWithStringKey
{
    [OneWay]
    Task Drop(bool hold, bool fail);

    Task<int> Count();
}

public sealed class PostboxGrain : Grain, IPostboxGrain
{
    private int _count;

    public async Task Drop(bool hold, bool fail)
    {
        var probe = Probe.Of(this);
        probe.Signal("in");
        if (hold) await probe.Wait("go");
        _count++;
        if (fail)
        {
            probe.Signal("failing");
            throw new InvalidOperationException("nobody hears this");
        }

        probe.Signal("done");
    }

    public Task<int> Count() => Task.FromResult(_count);
}

public interface IUnwillingPostboxGrain : IGrainWithStringKey
{
    [OneWay]
    Task Drop();
}

public sealed class UnwillingPostboxGrain : Grain, IUnwillingPostboxGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Probe.Of(this).Signal("refused");
        throw new InvalidOperationException("not today");
    }

    public Task Drop() => Task.CompletedTask;
}
