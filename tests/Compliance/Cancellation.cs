namespace Compliance;

/// <summary>A CancellationToken among the arguments reaches the grain, at once or later.</summary>
public sealed class CancellationTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_cancellation_reaches_the_running_request()
    {
        var probe = Probe.New(out var key);
        using var cancellation = new CancellationTokenSource();
        var call = cluster.Grains.GetGrain<ICancellableGrain>(key).UntilCancelled(cancellation.Token);
        await probe.Wait("in");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await probe.Wait("cancelled");
    }

    [Fact]
    public async Task It_reaches_a_grain_behind_a_grain()
    {
        var probe = Probe.New(out var key);
        using var cancellation = new CancellationTokenSource();
        var call = cluster.Grains.GetGrain<ICancellableGrain>($"{key}-relay").Relay(key, cancellation.Token);
        await probe.Wait("in");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await probe.Wait("cancelled");
    }

    [Fact]
    public async Task A_token_that_is_never_cancelled_changes_nothing()
    {
        Assert.Equal(3, await cluster.Grains.GetGrain<ICancellableGrain>(Guid.NewGuid().ToString()).Add(1, 2, CancellationToken.None));
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_is_cancelled()
    {
        var grain = cluster.Grains.GetGrain<ICancellableGrain>(Guid.NewGuid().ToString());
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grain.UntilCancelled(cancelled));
    }
}

public interface ICancellableGrain : IGrainWithStringKey
{
    Task UntilCancelled(CancellationToken cancellationToken);

    Task Relay(string key, CancellationToken cancellationToken);

    Task<int> Add(int left, int right, CancellationToken cancellationToken);
}

public sealed class CancellableGrain : Grain, ICancellableGrain
{
    public async Task UntilCancelled(CancellationToken cancellationToken)
    {
        Probe.Of(this).Signal("in");
        try
        {
            await Task.Delay(Probe.Limit, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Probe.Of(this).Signal("cancelled");
            throw;
        }
    }

    public Task Relay(string key, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<ICancellableGrain>(key).UntilCancelled(cancellationToken);

    public Task<int> Add(int left, int right, CancellationToken cancellationToken) => Task.FromResult(left + right);
}
