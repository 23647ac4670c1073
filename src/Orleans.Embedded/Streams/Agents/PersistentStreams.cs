using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Providers;
using Orleans.Storage;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>
/// A persistent stream provider of a silo: its streams, and an agent for each of the queues that the balancer gives the silo.
/// </summary>
internal sealed class PersistentStreams : IStreamProvider, ILifecycleParticipant<ISiloLifecycle>, IStreamQueueBalanceListener, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly StreamLifecycleOptions _lifecycle;
    private readonly SemaphoreSlim _change = new(1);
    private readonly Dictionary<QueueId, StreamPullingAgent> _agents = [];
    private readonly Lazy<StreamPubSub> _pubSub;
    private IQueueAdapter? _adapter;
    private IStreamQueueMapper? _mapper;
    private IStreamQueueBalancer? _balancer;
    private volatile bool _reads;

    public PersistentStreams(IServiceProvider services, string name)
    {
        _services = services;
        Name = name;
        Silo = services.GetRequiredService<Silo>();
        Log = new StreamLog(services.GetRequiredService<ILogger<PersistentStreams>>());
        Options = Get<StreamPullingAgentOptions>();
        Options.Validate();
        _lifecycle = Get<StreamLifecycleOptions>();
        _pubSub = new(() => new StreamPubSub(Silo, name, Get<StreamPubSubOptions>().PubSubType, Log));
        DeliveryBackoff = services.GetKeyedService<IMessageDeliveryBackoffProvider>(name)
            ?? new ExponentialBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        ReadBackoff = services.GetKeyedService<IQueueReaderBackoffProvider>(name)
            ?? new ExponentialBackoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));
    }

    public string Name { get; }

    public Silo Silo { get; }

    public StreamLog Log { get; }

    public StreamPullingAgentOptions Options { get; }

    public IMessageDeliveryBackoffProvider DeliveryBackoff { get; }

    public IQueueReaderBackoffProvider ReadBackoff { get; }

    public StreamPubSub PubSub => _pubSub.Value;

    public bool IsRewindable => Adapter.IsRewindable;

    /// <exception cref="InvalidOperationException">The silo has not started.</exception>
    public IQueueAdapter Adapter => _adapter
        ?? throw new InvalidOperationException($"The stream provider '{Name}' has not started: it starts with the silo.");

    public IQueueAdapterFactory Factory => _services.GetRequiredKeyedService<IQueueAdapterFactory>(Name);

    /// <summary>The grain whose turn this is.</summary>
    /// <exception cref="InvalidOperationException">Called from outside of grains.</exception>
    public static Activation CallingGrain() => Activation.Current
        ?? throw new InvalidOperationException("Only grains subscribe to streams of a persistent provider, in their turns.");

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new PersistentStream<T>(this, streamId);

    public void CheckRewind(StreamSequenceToken? token)
    {
        if (token is not null && !IsRewindable)
            throw new ArgumentNullException(nameof(token), $"The streams of '{Name}' do not go back: a subscription begins with the present.");
    }

    /// <summary>Has a subscription read from a place on, in whichever silo reads the stream.</summary>
    public async Task Rewind(StreamId stream, Guid subscriptionId, StreamSequenceToken token)
    {
        RewindHere(stream, subscriptionId, token);
        if (Silo.SubscriptionNews is { } news)
            await news.Rewind(Name, stream, subscriptionId, token);
    }

    /// <summary>The same, if this silo reads the stream.</summary>
    public void RewindHere(StreamId stream, Guid subscriptionId, StreamSequenceToken token) => AgentOf(stream)?.Rewind(stream, subscriptionId, token);

    /// <summary>Tells the agent of a stream of the subscriptions that there are now, if this silo reads the stream; the answer is the version that it knows then.</summary>
    public long OnSubscriptionsChanged(StreamId stream, StreamSubscribers subscribers) => AgentOf(stream)?.Apply(stream, subscribers) ?? 0;

    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe($"{nameof(PersistentStreams)} {Name}", _lifecycle.InitStage, Initialize);
        observer.Subscribe($"{nameof(PersistentStreams)} {Name}", _lifecycle.StartStage, Start, Stop);
    }

    public async Task QueueDistributionChangeNotification()
    {
        if (!_reads)
            return;
        await _change.WaitAsync();
        try
        {
            if (_reads)
                await Follow([.. _balancer!.GetMyQueues()], CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.RebalanceFailed(Name, exception);
        }
        finally
        {
            _change.Release();
        }
    }

    public void Dispose()
    {
        foreach (var agent in Agents())
            agent.Dispose();
        _change.Dispose();
    }

    private TOptions Get<TOptions>()
        where TOptions : class => _services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(Name);

    private async Task Initialize(CancellationToken cancellation)
    {
        if (PubSub.HasExplicit && _services.GetKeyedService<IGrainStorage>(PubSubRendezvousGrain.StorageName) is null)
        {
            throw new OrleansConfigurationException(
                $"The stream provider '{Name}' keeps subscriptions in a grain storage named '{PubSubRendezvousGrain.StorageName}', and there is none: "
                + "add one, or configure the provider with StreamPubSubType.ImplicitOnly.");
        }

        _adapter = await Factory.CreateAdapter(cancellation);
        _mapper = Factory.GetStreamQueueMapper();
    }

    private async Task Start(CancellationToken cancellation)
    {
        if (Adapter.Direction is not (StreamProviderDirection.ReadOnly or StreamProviderDirection.ReadWrite))
            return;
        _balancer = _services.GetKeyedService<IStreamQueueBalancer>(Name) ?? new AllQueuesBalancer();
        await _balancer.Initialize(_mapper!);
        _reads = true;
        _balancer.SubscribeToQueueDistributionChangeEvents(this);
        await QueueDistributionChangeNotification();
    }

    private async Task Stop(CancellationToken limit)
    {
        if (!_reads)
            return;
        _reads = false;
        _balancer!.UnSubscribeFromQueueDistributionChangeEvents(this);
        foreach (var agent in Agents())
            agent.BeginStop();
        // A change under way is bounded by the agents' limits.
        await _change.WaitAsync(CancellationToken.None);
        try
        {
            await Follow([], limit);
        }
        finally
        {
            _change.Release();
        }

        if (!limit.IsCancellationRequested)
            await _balancer.Shutdown();
    }

    // Has an agent for each of these queues and for no other.
    private async Task Follow(HashSet<QueueId> queues, CancellationToken limit)
    {
        await Task.WhenAll(Agents().Where(agent => !queues.Contains(agent.Queue)).Select(agent => End(agent, limit)));
        foreach (var queue in queues.Except(Agents().Select(agent => agent.Queue)))
        {
            var cache = Factory.GetQueueAdapterCache().CreateQueueCache(queue);
            var agent = new StreamPullingAgent(this, queue, Adapter.CreateReceiver(queue), cache);
            lock (_agents)
                _agents.Add(queue, agent);
            agent.Start();
        }
    }

    private async Task End(StreamPullingAgent agent, CancellationToken limit)
    {
        await agent.StopAsync(limit);
        lock (_agents)
            _agents.Remove(agent.Queue);
        agent.Dispose();
    }

    private List<StreamPullingAgent> Agents()
    {
        lock (_agents)
            return [.. _agents.Values];
    }

    private StreamPullingAgent? AgentOf(StreamId stream)
    {
        if (_mapper?.GetQueueForStream(stream) is not { } queue)
            return null;
        lock (_agents)
            return _agents.GetValueOrDefault(queue);
    }
}
