using Orleans.Streams;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>The provider: queues are the partitions of the outbox.</summary>
internal sealed class OutboxAdapterFactory(OutboxHub hub, ICommitter committer, string name) : IQueueAdapterFactory, IQueueAdapterCache
{
    private readonly OutboxAdapter _adapter = new(hub, committer, name);

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(_adapter);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IQueueCache CreateQueueCache(QueueId queueId) => _adapter.BufferFor(queueId, isCache: true);

    public IStreamQueueMapper GetStreamQueueMapper() => PartitionMapper.Instance;

    /// <summary>What becomes of events that could not be delivered is the cache's business.</summary>
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());
}

/// <summary>Streams are hashed to partitions as where events are raised.</summary>
internal sealed class PartitionMapper : IStreamQueueMapper
{
    public static readonly PartitionMapper Instance = new();

    private static readonly QueueId[] Queues =
        [.. Enumerable.Range(0, Outbox.Partitions).Select(partition => QueueId.GetQueueId("outbox", (uint)partition, (uint)partition * 0x9E3779B1))];

    public static QueueId QueueOf(int partition) => Queues[partition];

    public static int PartitionOf(QueueId queue) => (int)queue.GetNumericId();

    public IEnumerable<QueueId> GetAllQueues() => Queues;

    public QueueId GetQueueForStream(StreamId streamId) =>
        Queues[Outbox.PartitionOf(streamId.GetNamespace() ?? "", streamId.GetKeyAsString())];
}

internal sealed class OutboxAdapter(OutboxHub hub, ICommitter committer, string name) : IQueueAdapter
{
    private readonly Lock _lock = new();
    private readonly Dictionary<QueueId, (PartitionBuffer Buffer, bool HasReceiver, bool HasCache)> _buffers = [];

    public string Name { get; } = name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    /// <summary>Commits the events; it ends when they are durable. They are delivered once this has been.</summary>
    /// <exception cref="NotSupportedException">The events are not <see cref="StreamEvent"/>s.</exception>
    public async Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (events is not IEnumerable<StreamEvent> raised)
            throw new NotSupportedException($"Durable streams carry {nameof(StreamEvent)}s, not {typeof(T)}.");
        var change = new Change();
        foreach (var e in raised)
            change.Raise(new OutboxEvent(e.Id, streamId.GetNamespace() ?? "", streamId.GetKeyAsString(), e.Payload));
        await committer.Commit(change);
    }

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new OutboxReceiver(hub, BufferFor(queueId, isCache: false));

    /// <summary>An agent's receiver and its cache are two sides of one buffer; the next agent's are of another.</summary>
    public PartitionBuffer BufferFor(QueueId queueId, bool isCache)
    {
        lock (_lock)
        {
            if (_buffers.TryGetValue(queueId, out var made) && !(isCache ? made.HasCache : made.HasReceiver))
            {
                _buffers.Remove(queueId);
                return made.Buffer;
            }

            var buffer = hub.Open(PartitionMapper.PartitionOf(queueId));
            _buffers[queueId] = (buffer, !isCache, isCache);
            return buffer;
        }
    }
}

/// <summary>Tells one agent what is new in its partition.</summary>
internal sealed class OutboxReceiver(OutboxHub hub, PartitionBuffer buffer) : IQueueAdapterReceiver
{
    /// <summary>How long an agent waits for news before it looks after its other duties.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(1);

    public async Task Initialize(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        await hub.Add(buffer, limit.Token);
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        var most = maxCount == QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG ? int.MaxValue : maxCount;
        var news = buffer.TakeNews(most);
        if (news.Count > 0)
            return news;
        await buffer.News.WaitAsync(LongPoll, cancellationToken);
        return buffer.TakeNews(most);
    }

    /// <summary>What is done is acknowledged as soon as it is (<see cref="PartitionBuffer.TryPurgeFromCache"/>).</summary>
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => hub.Remove(buffer, timeout);
}
