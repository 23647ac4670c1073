using System.Diagnostics;
using Orleans.Configuration;

namespace Orleans.Embedded;

/// <summary>
/// Ends activations that nobody called for their class' age, and the idlest ones when memory runs short. Each activation
/// stands in the bucket of the quantum in which it may first be due; when that comes, it goes, or moves on.
/// </summary>
internal sealed class IdleCollector(Silo silo, GrainCollectionOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, List<Activation>> _buckets = [];
    private readonly int _quantum = Math.Max(1, (int)Math.Min(options.CollectionQuantum.TotalMilliseconds, int.MaxValue / 4));
    private long _nextBucket;

    public void Schedule(Activation activation)
    {
        if (activation.Class.CollectionAge == int.MaxValue)
            return;
        Put(activation, 0);
    }

    public Task RunAsync(CancellationToken stop) => PeriodicLoop.RunAsync(silo, TimeSpan.FromMilliseconds(_quantum), Collect, stop);

    public Task WatchMemoryAsync(IEnvironmentMemory memory, CancellationToken stop) =>
        PeriodicLoop.RunAsync(silo, options.MemoryUsagePollingPeriod, () => ShedIfShort(memory.UsagePercentage), stop);

    private void ShedIfShort(double usage)
    {
        if (usage > options.MemoryUsageLimitPercentage)
            Shed(usage);
    }

    // So many of the idlest as the way from this usage down to the target asks for.
    private void Shed(double usage)
    {
        var now = silo.Clock.Milliseconds;
        var all = silo.Catalog.Classes.SelectMany(c => c.Activations).Where(a => a.State == ActivationState.Valid).ToList();
        var count = (int)Math.Ceiling(all.Count * (1 - (options.MemoryUsageTargetPercentage / usage)));
        var reason = new DeactivationReason(DeactivationReasonCode.HighMemoryPressure, "Memory runs short, and this activation is among the idlest.");
        var shed = all.OrderByDescending(a => now - a.LastUsed).Take(count).Count(a => a.TryDeactivateIdle(0, reason));
        silo.Log.Shed(shed, usage);
    }

    private void Collect()
    {
        silo.Clock.Tick();
        var watch = Stopwatch.StartNew();
        var collected = 0;
        var now = silo.Clock.Now;
        var reason = new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Nobody called it for its collection age.");
        for (; _nextBucket <= now / _quantum; Advance())
        {
            List<Activation>? bucket;
            lock (_lock)
                _buckets.Remove(_nextBucket, out bucket);
            foreach (var activation in bucket ?? [])
            {
                if (activation.State > ActivationState.Valid)
                    continue;
                // Used meanwhile, busy, or asked to stay: not before the next quantum.
                if (activation.TryDeactivateIdle(activation.Class.CollectionAge, reason))
                    collected++;
                else
                    Put(activation, (now / _quantum) + 1);
            }
        }

        silo.Metrics.OnCollected(collected);
        if (collected != 0)
            silo.Log.Collected(collected, watch.ElapsedMilliseconds);
    }

    private void Advance()
    {
        lock (_lock)
            _nextBucket++;
    }

    private void Put(Activation activation, long earliest)
    {
        var due = ((silo.Clock.Locate(activation.LastUsed) + activation.Class.CollectionAge) / _quantum) + 1;
        lock (_lock)
        {
            due = Math.Max(due, Math.Max(earliest, _nextBucket));
            if (!_buckets.TryGetValue(due, out var bucket))
                _buckets.Add(due, bucket = []);
            bucket.Add(activation);
        }
    }
}

/// <summary>How much of the memory that the process may have is in use.</summary>
internal interface IEnvironmentMemory
{
    /// <summary>0 to 100.</summary>
    double UsagePercentage { get; }
}

/// <summary>As the garbage collector sees it, which knows a container's limit.</summary>
internal sealed class GcMemory : IEnvironmentMemory
{
    public GcMemory()
    {
        // Before the first collection it does not know the limit.
        if (GC.CollectionCount(0) == 0)
            GC.Collect(0);
    }

    public double UsagePercentage => 100.0 * GC.GetTotalMemory(forceFullCollection: false) / Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
