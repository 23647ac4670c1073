using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Compliance;

/// <summary>
/// A message broker in memory, as an adapter's author has one outside of the silo: it outlives silos of one service id. What is
/// taken out is gone for good only when it is acknowledged.
/// </summary>
public sealed class Broker(string name)
{
    private static readonly ConcurrentDictionary<string, Broker> All = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<uint, BrokerQueue> _queues = new();
    private long _sequence;
    private int _readsToFail;
    private int _acksToFail;

    public string Name => name;

    public ConcurrentQueue<(Guid Subscription, string Provider, StreamId Stream, long Sequence)> GivenUp { get; } = new();

    public ConcurrentQueue<string> Journal { get; } = new();

    public ConcurrentQueue<BrokerReceiver> Receivers { get; } = new();

    public long LastSequence => Interlocked.Read(ref _sequence);

    public int Unacknowledged => _queues.Values.Sum(queue => queue.Count);

    public bool FailHandler { get; set; }

    /// <summary>How often a receiver was called while it was in a call.</summary>
    public int Overlaps { get; private set; }

    public static Broker Of(IServiceProvider silo, string provider) =>
        Of($"{silo.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId}/{provider}");

    public static Broker Of(string name) => All.GetOrAdd(name, static name => new Broker(name));

    public BrokerQueue Queue(uint number) => _queues.GetOrAdd(number, static _ => new BrokerQueue());

    public long NextSequence() => Interlocked.Increment(ref _sequence);

    public void FailReads(int count) => Volatile.Write(ref _readsToFail, count);

    public void FailAcknowledgements(int count) => Volatile.Write(ref _acksToFail, count);

    public void Enter(ref int inside)
    {
        if (Interlocked.Increment(ref inside) != 1)
            Overlaps++;
    }

    public void MayFailRead() => MayFail(ref _readsToFail, "The broker cannot be read.");

    public void MayFailAcknowledgement() => MayFail(ref _acksToFail, "The broker takes no acknowledgements.");

    private static void MayFail(ref int count, string why)
    {
        if (Volatile.Read(ref count) > 0 && Interlocked.Decrement(ref count) >= 0)
            throw new IOException(why);
    }
}

public sealed class BrokerQueue
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, BrokerBatch> _batches = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count
    {
        get
        {
            lock (_lock)
                return _batches.Count;
        }
    }

    public void Add(Func<BrokerBatch> make)
    {
        TaskCompletionSource added;
        lock (_lock)
        {
            var batch = make();
            _batches.Add(batch.Sequence, batch);
            (added, _added) = (_added, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        added.TrySetResult();
    }

    public List<IBatchContainer> After(long sequence, int maxCount, out Task added)
    {
        lock (_lock)
        {
            added = _added.Task;
            var batches = _batches.Where(entry => entry.Key > sequence).Select(entry => (IBatchContainer)entry.Value);
            return [.. maxCount < 0 ? batches : batches.Take(maxCount)];
        }
    }

    public void Remove(IEnumerable<IBatchContainer> batches)
    {
        lock (_lock)
        {
            foreach (var batch in batches)
                _batches.Remove(batch.SequenceToken.SequenceNumber);
        }
    }
}

/// <summary>Events as the broker has them.</summary>
[GenerateSerializer, Immutable]
public sealed class BrokerBatch(StreamId streamId, long sequence, List<object> events, Dictionary<string, object>? context) : IBatchContainer
{
    [Id(0)]
    private readonly List<object> _events = events;

    [Id(1)]
    private readonly Dictionary<string, object>? _context = context;

    [Id(2)]
    public StreamId StreamId { get; } = streamId;

    [Id(3)]
    public long Sequence { get; } = sequence;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Sequence);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        _events.OfType<T>().Select((item, index) => Tuple.Create(item, (StreamSequenceToken)new EventSequenceTokenV2(Sequence, index)));

    public bool ImportRequestContext()
    {
        foreach (var (name, value) in _context ?? [])
            RequestContext.Set(name, value);
        return _context is not null;
    }
}

/// <summary>How a test's provider is.</summary>
public sealed class BrokerOptions
{
    public int Queues { get; set; } = 4;

    public bool IsRewindable { get; set; }

    public bool FaultsSubscriptions { get; set; }

    public int CacheSize { get; set; } = 4096;

    /// <summary>How long a receiver waits for events; zero for one that answers at once.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(200);
}

public sealed class BrokerAdapterFactory(IServiceProvider services, string provider)
    : IQueueAdapterFactory, IQueueAdapter, IStreamQueueMapper, IStreamFailureHandler
{
    private readonly Broker _broker = Broker.Of(services, provider);
    private readonly BrokerOptions _options = services.GetRequiredService<IOptionsMonitor<BrokerOptions>>().Get(provider);

    public string Name => provider;

    public bool IsRewindable => _options.IsRewindable;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public bool ShouldFaultSubsriptionOnError => _options.FaultsSubscriptions;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => new SimpleQueueAdapterCache(
        new SimpleQueueCacheOptions { CacheSize = _options.CacheSize }, provider, services.GetRequiredService<ILoggerFactory>());

    public IStreamQueueMapper GetStreamQueueMapper() => this;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(this);

    public IEnumerable<QueueId> GetAllQueues() => Enumerable.Range(0, _options.Queues).Select(Queue);

    public QueueId GetQueueForStream(StreamId streamId) => Queue(streamId.Key.Span[^1] % _options.Queues);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId)
    {
        var receiver = new BrokerReceiver(_broker, queueId, _broker.Queue(queueId.GetNumericId()), _options.Poll);
        _broker.Receivers.Enqueue(receiver);
        return receiver;
    }

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        var queue = _broker.Queue(GetQueueForStream(streamId).GetNumericId());
        queue.Add(() => new BrokerBatch(streamId, _broker.NextSequence(), [.. events.Cast<object>()], requestContext));
        return Task.CompletedTask;
    }

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken sequenceToken)
    {
        if (_broker.FailHandler)
        {
            _broker.FailHandler = false;
            throw new IOException("The handler cannot keep it now.");
        }

        _broker.GivenUp.Enqueue((subscriptionId.Guid, streamProviderName, streamIdentity, sequenceToken.SequenceNumber));
        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken sequenceToken) =>
        Task.CompletedTask;

    private static QueueId Queue(int number) => QueueId.GetQueueId("broker", (uint)number, (uint)number * 0x10000000u);
}

public sealed class BrokerReceiver(Broker broker, QueueId queueId, BrokerQueue queue, TimeSpan poll) : IQueueAdapterReceiver
{
    private long _readTo;
    private int _inside;
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    public Task Initialize(TimeSpan timeout)
    {
        broker.Journal.Enqueue($"{queueId} begins");
        return Task.CompletedTask;
    }

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        broker.Enter(ref _inside);
        try
        {
            Interlocked.Increment(ref _reads);
            broker.MayFailRead();
            var batches = queue.After(_readTo, maxCount, out var added);
            if (batches.Count == 0 && poll > TimeSpan.Zero)
            {
                await Task.WhenAny(added, Task.Delay(poll));
                batches = queue.After(_readTo, maxCount, out _);
            }

            if (batches.Count > 0)
                _readTo = batches[^1].SequenceToken.SequenceNumber;
            return batches;
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages)
    {
        broker.Enter(ref _inside);
        try
        {
            broker.MayFailAcknowledgement();
            queue.Remove(messages);
            return Task.CompletedTask;
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public Task Shutdown(TimeSpan timeout)
    {
        broker.Journal.Enqueue($"{queueId} ends");
        return Task.CompletedTask;
    }
}
