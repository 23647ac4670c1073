using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace StyleShare.Benchmarks.Engine;

/// <summary>A queue that never runs dry while it is open: events of so many streams in turn, made as they are read.</summary>
internal sealed class EventSource(IServiceProvider services, string name)
    : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterReceiver, IStreamQueueMapper
{
    public const string Name = "benchmark";
    public const string Namespace = "benchmark";

    private const int Streams = 10_000;
    private const int BatchesARead = 1000;

    private static readonly QueueId Queue = QueueId.GetQueueId(Name, 0, 0);
    private static readonly StreamId[] Ids = [.. Enumerable.Range(0, Streams).Select(i => StreamId.Create(Namespace, (long)i))];
    private long _sequence;

    internal static bool IsOpen;

    string IQueueAdapter.Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() =>
        new SimpleQueueAdapterCache(new SimpleQueueCacheOptions(), name, (ILoggerFactory)services.GetService(typeof(ILoggerFactory))!);

    public IStreamQueueMapper GetStreamQueueMapper() => this;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IEnumerable<QueueId> GetAllQueues() => [Queue];

    public QueueId GetQueueForStream(StreamId streamId) => Queue;

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => this;

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("The queue makes its events itself.");

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        var batches = new List<IBatchContainer>();
        if (Volatile.Read(ref IsOpen))
        {
            var count = maxCount < 0 ? BatchesARead : Math.Min(maxCount, BatchesARead);
            for (var i = 0; i < count; i++, _sequence++)
                batches.Add(new Event(Ids[_sequence % Streams], _sequence));
        }

        return Task.FromResult<IList<IBatchContainer>>(batches);
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;

    private sealed class Event(StreamId stream, long sequence) : IBatchContainer
    {
        public StreamId StreamId => stream;

        public StreamSequenceToken SequenceToken { get; } = new EventSequenceTokenV2(sequence);

        public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => [Tuple.Create((T)(object)sequence, SequenceToken)];

        public bool ImportRequestContext() => false;
    }
}

/// <summary>Consumes the events of its stream.</summary>
public interface ITallyGrain : IGrainWithIntegerKey;

/// <summary>Counts events, all of them together.</summary>
[ImplicitStreamSubscription(EventSource.Namespace)]
public sealed class TallyGrain : Grain, ITallyGrain, IStreamSubscriptionObserver, IAsyncObserver<long>
{
    internal static long Total;

    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<long>().ResumeAsync(this);

    /// <inheritdoc/>
    public Task OnNextAsync(long item, StreamSequenceToken? token = null)
    {
        Interlocked.Increment(ref Total);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnCompletedAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
