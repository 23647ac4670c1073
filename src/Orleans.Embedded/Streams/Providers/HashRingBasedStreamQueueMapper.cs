using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Spreads streams over queues by the hash of their ids, which is the same in every process.</summary>
public class HashRingBasedStreamQueueMapper : IStreamQueueMapper
{
    private readonly QueueId[] _queues;

    /// <summary>So many queues of this name.</summary>
    public HashRingBasedStreamQueueMapper(HashRingStreamQueueMapperOptions options, string queueNamePrefix)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TotalQueueCount < 1)
            throw new ArgumentException($"There is to be at least one queue, and not {options.TotalQueueCount}.", nameof(options));
        var share = uint.MaxValue / (uint)options.TotalQueueCount;
        _queues = [.. Enumerable.Range(0, options.TotalQueueCount).Select(i => QueueId.GetQueueId(queueNamePrefix, (uint)i, share * (uint)i))];
    }

    /// <inheritdoc/>
    public IEnumerable<QueueId> GetAllQueues() => [.. _queues];

    /// <inheritdoc/>
    public QueueId GetQueueForStream(StreamId streamId) => _queues[(uint)streamId.GetHashCode() % (uint)_queues.Length];

    /// <summary>All queues.</summary>
    public override string ToString() => string.Join(", ", _queues);
}
