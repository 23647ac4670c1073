using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Where grains were last found, to spare the directory; a wrong entry costs a call one more hop. Bounded: when the young half is full, it
/// becomes the old one, and what nobody asked for since the last time is forgotten.
/// </summary>
/// <param name="capacity">How many grains at most, about.</param>
internal sealed class LocationCache(int capacity)
{
    private readonly Lock _lock = new();
    private volatile ConcurrentDictionary<GrainId, SiloAddress> _young = new();
    private volatile ConcurrentDictionary<GrainId, SiloAddress> _old = new();
    private int _youngCount;

    public int Count => _young.Count + _old.Count;

    public SiloAddress? Find(GrainId grain)
    {
        if (_young.TryGetValue(grain, out var silo))
            return silo;
        if (!_old.TryGetValue(grain, out silo))
            return null;
        Put(grain, silo);
        return silo;
    }

    public void Put(GrainId grain, SiloAddress silo)
    {
        var young = _young;
        if (!young.TryAdd(grain, silo))
            young[grain] = silo;
        else if (Interlocked.Increment(ref _youngCount) >= Math.Max(1, capacity / 2))
            Age(young);
    }

    /// <summary>Forgets a grain, unless it was found elsewhere meanwhile.</summary>
    public void Remove(GrainId grain, SiloAddress silo)
    {
        _young.TryRemove(KeyValuePair.Create(grain, silo));
        _old.TryRemove(KeyValuePair.Create(grain, silo));
    }

    /// <summary>Forgets all grains of a silo.</summary>
    public void RemoveAll(Func<SiloAddress, bool> isGone)
    {
        foreach (var generation in new[] { _young, _old })
        {
            foreach (var (grain, silo) in generation)
            {
                if (isGone(silo))
                    generation.TryRemove(KeyValuePair.Create(grain, silo));
            }
        }
    }

    private void Age(ConcurrentDictionary<GrainId, SiloAddress> full)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(full, _young))
                return;
            _old = full;
            _young = new();
            Volatile.Write(ref _youngCount, 0);
        }
    }
}
