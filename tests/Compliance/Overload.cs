using Orleans.Configuration;
using Orleans.TestingHost;

namespace Compliance;

/// <summary>A silo whose grains take no more than ten waiting requests.</summary>
public sealed class ShortQueueCluster : ClusterFixture<ShortQueueCluster.Configurator>
{
    public const int Limit = 10;

    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.Configure<SiloMessagingOptions>(static options =>
        {
            options.MaxEnqueuedRequestsHardLimit = Limit;
        });
    }
}

/// <summary>A grain's queue has a bound; what is beyond it is refused at once, and nothing else is harmed.</summary>
public sealed class OverloadTests(ShortQueueCluster cluster) : IClassFixture<ShortQueueCluster>
{
    [Fact]
    public async Task Calls_beyond_the_hard_limit_are_refused_and_those_before_it_answered()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IBusyGrain>(key);
        var held = grain.Hold();
        await probe.Wait("holding");
        var calls = Enumerable.Range(0, ShortQueueCluster.Limit * 3).Select(_ => grain.Count()).ToList();
        var refused = await FirstFailure(calls);
        Assert.IsType<LimitExceededException>(refused);

        probe.Signal("go");
        await held;
        await Task.WhenAll(calls).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var answered = calls.Count(static call => call.IsCompletedSuccessfully);
        Assert.InRange(answered, 1, ShortQueueCluster.Limit + 1);
        Assert.Equal(answered + 1, await grain.Count());
    }

    private static async Task<Exception?> FirstFailure(List<Task<int>> calls)
    {
        var pending = calls.ToList<Task>();
        while (pending.Count > 0)
        {
            var ended = await Task.WhenAny(pending).WaitAsync(Probe.Limit);
            if (ended.IsFaulted) return ended.Exception.InnerException;
            pending.Remove(ended);
        }

        return null;
    }
}

public interface IBusyGrain : IGrainWithStringKey
{
    Task Hold();

    Task<int> Count();
}

public sealed class BusyGrain : Grain, IBusyGrain
{
    private int _count;

    public async Task Hold()
    {
        Probe.Of(this).Signal("holding");
        await Probe.Of(this).Wait("go");
    }

    public Task<int> Count() => Task.FromResult(++_count);
}
