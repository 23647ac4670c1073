using Orleans.Concurrency;

namespace Compliance;

/// <summary>[StatelessWorker(n)]: up to n activations of one id on a silo, one more when all are busy.</summary>
public sealed class StatelessWorkersTests(SharedCluster cluster)
{
    [Fact]
    public async Task As_many_calls_as_workers_run_at_the_same_time()
    {
        var probe = Probe.New(out var key);
        var worker = cluster.Grains.GetGrain<IWorkerGrain>(key);
        var calls = Enumerable.Range(0, 3).Select(_ => worker.Work(meet: 3)).ToList();
        await Task.WhenAll(calls);
        Assert.Equal(3, probe.MostInside);
    }

    [Fact]
    public async Task Never_more_than_the_limit_run_and_every_call_is_answered()
    {
        var probe = Probe.New(out var key);
        var worker = cluster.Grains.GetGrain<IWorkerGrain>(key);
        var ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => worker.Work(meet: 0))));
        Assert.InRange(probe.MostInside, 1, 3);
        Assert.InRange(ids.Distinct().Count(), 1, 3);
        Assert.Equal(200, probe.Total);
    }

    [Fact]
    public async Task Each_worker_runs_one_request_at_a_time()
    {
        var worker = cluster.Grains.GetGrain<IWorkerGrain>(Guid.NewGuid().ToString());
        var alone = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(worker.WasAlone)));
        Assert.DoesNotContain(false, alone);
    }

    [Fact]
    public async Task A_worker_that_stops_leaves_the_others_and_is_replaced()
    {
        var probe = Probe.New(out var key);
        var worker = cluster.Grains.GetGrain<IWorkerGrain>(key);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => worker.Work(meet: 3)));
        await worker.Stop();
        await probe.Wait("stopped");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => worker.Work(meet: 0)));
        Assert.Equal(53, probe.Total);
    }
}

public interface IWorkerGrain : IGrainWithStringKey
{
    Task<Guid> Work(int meet);

    Task<bool> WasAlone();

    Task Stop();
}

[StatelessWorker(3)]
public sealed class WorkerGrain : Grain, IWorkerGrain
{
    private readonly Guid _id = Guid.NewGuid();
    private int _inside;

    public async Task<Guid> Work(int meet)
    {
        var probe = Probe.Of(this);
        probe.Enter();
        if (probe.Count() == meet) probe.Signal("all in");
        if (meet > 0) await probe.Wait("all in");
        await Task.Yield();
        probe.Leave();
        return _id;
    }

    public async Task<bool> WasAlone()
    {
        var inside = Interlocked.Increment(ref _inside);
        await Task.Yield();
        Interlocked.Decrement(ref _inside);
        return inside == 1;
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Of(this).Signal("stopped");
        return Task.CompletedTask;
    }
}
