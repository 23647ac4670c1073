using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>Queues in memory. What is in them and not delivered is gone with the silo.</summary>
internal sealed class MemoryQueues : IQueueAdapterFactory, IQueueAdapter
{
    // Some 30 MB of small events that nobody reads.
    private const int MaxQueueLength = 100_000;

    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly SimpleQueueAdapterCache _cache;
    private readonly Dictionary<QueueId, Channel<IBatchContainer>> _queues;
    private readonly Lock _order = new();
    private long _last;

    public MemoryQueues(IServiceProvider services, string name)
    {
        Name = name;
        var mapper = services.GetRequiredService<IOptionsMonitor<HashRingStreamQueueMapperOptions>>().Get(name);
        _mapper = new HashRingBasedStreamQueueMapper(mapper, name);
        var cache = services.GetRequiredService<IOptionsMonitor<SimpleQueueCacheOptions>>().Get(name);
        _cache = new SimpleQueueAdapterCache(cache, name, services.GetRequiredService<ILoggerFactory>());
        _queues = _mapper.GetAllQueues().ToDictionary(queue => queue, _ => Channel.CreateBounded<IBatchContainer>(MaxQueueLength));
        // Places go on growing from one silo to the next.
        _last = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcTicks;
    }

    public string Name { get; }

    public bool IsRewindable => true;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new Receiver(_queues[queueId].Reader);

    /// <exception cref="LimitExceededException">The queue is full.</exception>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        ImmutableArray<object> items = [.. events.Cast<object>()];
        var queue = _mapper.GetQueueForStream(streamId);
        bool isTaken;
        lock (_order)
            isTaken = _queues[queue].Writer.TryWrite(new MemoryBatch(streamId, ++_last, items, requestContext?.ToImmutableDictionary()));
        return isTaken
            ? Task.CompletedTask
            : Task.FromException(new LimitExceededException($"Queue {queue} of '{Name}' has {MaxQueueLength} batches waiting and takes no more for now."));
    }

    private sealed class Receiver(ChannelReader<IBatchContainer> queue) : IQueueAdapterReceiver
    {
        private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

        public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

        public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

        public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
        {
            using var poll = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            poll.CancelAfter(Poll);
            await ((Task)queue.WaitToReadAsync(poll.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var batches = new List<IBatchContainer>();
            while ((maxCount < 0 || batches.Count < maxCount) && queue.TryRead(out var batch))
                batches.Add(batch);
            return batches;
        }

        public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

        public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;
    }
}
