using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The runtime of one silo: what its parts share, and its start and stop.</summary>
internal sealed class Silo : ILocalSiloDetails, IGrainContextAccessor, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<IIncomingGrainCallFilter[]> _incomingFilters;
    private readonly Lazy<GrainFactory> _grainFactory;
    private readonly SiloInCluster? _cluster;
    private Task _loops = Task.CompletedTask;
    private volatile bool _takesCalls;
    private volatile bool _isKilled;

    public Silo(
        IServiceProvider services,
        ServiceLifetimes lifetimes,
        TimeProvider timeProvider,
        ILogger<Silo> logger,
        IOptions<ClusterOptions> cluster,
        IOptions<SiloOptions> silo,
        IOptions<EndpointOptions> endpoint,
        IOptions<GrainCollectionOptions> collection,
        IOptions<SiloMessagingOptions> messaging)
    {
        Services = services;
        Lifetimes = lifetimes;
        TimeProvider = timeProvider;
        Log = new SiloLog(logger);
        Collection = collection.Value;
        Collection.Validate();
        Messaging = messaging.Value;
        Messaging.Validate();
        ClusterId = cluster.Value.ClusterId;
        var store = services.GetService<IMembershipStore>();
        if (store is not null)
            Network = SiloNetwork.Create(this, services);
        Address = Network?.Address
            ?? SiloAddress.New(endpoint.Value.AdvertisedIPAddress ?? IPAddress.Loopback, endpoint.Value.SiloPort, SiloAddress.AllocateNewGeneration());
        Name = silo.Value.SiloName ?? $"Silo_{Address.Generation:x}";

        Clock = new SiloClock(timeProvider, PeriodFor(Messaging, Collection));
        Watchdog = new Watchdog(this);
        Collector = new IdleCollector(this, Collection);
        Catalog = new GrainCatalog(this);
        Metrics = new SiloMetrics(this);
        if (store is not null)
            _cluster = new SiloInCluster(this, Network!, store, services);
        Directory = _cluster?.Routing.Directory ?? new LocalGrainDirectory(this);
        Messages = _cluster?.Routing.Messages ?? new LocalMessageCenter(this);
        PropagatesActivities = services.GetService<ActivityPropagation>() is not null;
        _incomingFilters = new(() => [.. services.GetServices<IIncomingGrainCallFilter>()]);
        _grainFactory = new(() => new GrainFactory(this, (int)Messaging.ResponseTimeout.TotalMilliseconds, services, [.. services.GetServices<IOutgoingGrainCallFilter>()]));
    }

    public IServiceProvider Services { get; }

    public ServiceLifetimes Lifetimes { get; }

    public TimeProvider TimeProvider { get; }

    public SiloLog Log { get; }

    public SiloMetrics Metrics { get; }

    public SiloClock Clock { get; }

    public Watchdog Watchdog { get; }

    public IdleCollector Collector { get; }

    public GrainCatalog Catalog { get; }

    public IMessageCenter Messages { get; }

    public GrainCollectionOptions Collection { get; }

    public SiloMessagingOptions Messaging { get; }

    public IIncomingGrainCallFilter[] IncomingFilters => _incomingFilters.Value;

    public GrainFactory GrainFactory => _grainFactory.Value;

    public SiloAddress Address { get; }

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName { get; } = Dns.GetHostName();

    SiloAddress ILocalSiloDetails.SiloAddress => Address;

    SiloAddress ILocalSiloDetails.GatewayAddress => Address;

    IGrainContext? IGrainContextAccessor.GrainContext => Activation.Current;

    public bool PropagatesActivities { get; }

    public IGrainDirectory Directory { get; }

    /// <summary>Where agents of other silos hear of subscriptions; null in a cluster of one.</summary>
    public SubscriptionNews? SubscriptionNews { get; set; }

    public bool TakesCalls => _takesCalls;

    public bool IsStopping { get; private set; }

    /// <summary>It ended as a process that is killed does.</summary>
    public bool IsKilled => _isKilled;

    /// <summary>The connections with other silos; null for a silo that is a cluster by itself.</summary>
    public ISiloNetwork? Network { get; }

    /// <summary>The cluster's members; null for a silo that is a cluster by itself.</summary>
    public IClusterMembership? Membership => _cluster?.Membership;

    public bool IsClustered => _cluster is not null;

    /// <summary>Where a client's calls go when this silo takes none any more; for clients that know several silos.</summary>
    public Func<GrainFactory?>? OtherGateway { get; set; }

    public async Task StartAsync(CancellationToken cancellation)
    {
        _ = IncomingFilters;
        Clock.Tick();
        if (_cluster is not null)
            await _cluster.Join(cancellation);
        _takesCalls = true;
        _loops = Task.WhenAll(
            Watchdog.RunAsync(_stop.Token),
            Collector.RunAsync(_stop.Token),
            Collection.EnableActivationSheddingOnMemoryPressure
                ? Collector.WatchMemoryAsync(Services.GetService<IEnvironmentMemory>() ?? new GcMemory(), _stop.Token)
                : Task.CompletedTask);
        if (_cluster is not null)
            await _cluster.BecomeActive(cancellation);
        Log.Started(Address, Catalog.Classes.Count());
    }

    /// <summary>The others place nothing here from now on.</summary>
    public Task BeginStopAsync(CancellationToken limit) => _cluster?.BeginLeaving(limit) ?? Task.CompletedTask;

    /// <summary>Ends all activations, for as long as the token lets it; calls that would activate more are refused at the end.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        IsStopping = true;
        if (!_isKilled)
            await EndActivations(limit);
        _takesCalls = false;
        if (_cluster is not null)
            await _cluster.Leave(limit);
        await _stop.CancelAsync();
        await _loops;
        Log.Stopped(Address, Catalog.Classes.Sum(c => c.ActivationCount));
    }

    /// <summary>
    /// Ends at once what can be ended from outside, as the death of its process would: connections close, activations are gone, the
    /// table hears nothing. A turn that runs on a thread just then runs out, and reaches nobody any more.
    /// </summary>
    public void Kill(Exception why)
    {
        _takesCalls = false;
        IsStopping = true;
        _isKilled = true;
        _cluster?.Abandon();
        _stop.Cancel();
        foreach (var activation in Catalog.Classes.SelectMany(c => c.Activations).ToList())
            activation.Abandon(why);
    }

    /// <summary>Ends a call that this silo does not take: elsewhere, or as one that nobody took.</summary>
    public void Refuse(IMessage request)
    {
        ref var header = ref request.Header;
        var reference = header.Target;
        if (!ReferenceEquals(reference.Shared.Factory, GrainFactory) && header.Sender is null && OtherGateway?.Invoke() is { } other)
        {
            header.Target = other.MakeReference(reference.Shared.Interface.Type, other.Silo.Catalog.ClassOf(reference.GrainId.Type), reference.Key);
            header.SentAt = other.Silo.Clock.Milliseconds;
            other.Silo.Messages.Send(request);
            return;
        }

        request.Fail(new SiloUnavailableException(
            $"The silo {Address} is {(IsStopping ? "stopping" : "not started")} and took no call of {request.GetActivityName()} on {reference.GrainId}."));
    }

    public void Dispose()
    {
        _takesCalls = false;
        _cluster?.Abandon();
        _stop.Cancel();
        Metrics.Dispose();
    }

    private async Task EndActivations(CancellationToken limit)
    {
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.");
        // Grains may call others while they end, and so bring some up again: once more, then no further.
        for (var round = 0; round < 2; round++)
        {
            var all = Catalog.Classes.SelectMany(c => c.Activations).ToList();
            foreach (var activation in all)
                activation.Deactivate(reason, limit);
            try
            {
                await Task.WhenAll(all.Select(activation => activation.Deactivated)).WaitAsync(Collection.DeactivationTimeout, TimeProvider, limit);
            }
            catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
            {
                break;
            }
        }
    }

    // Fine enough for the shortest of the times it serves, and never more than a second.
    private static TimeSpan PeriodFor(SiloMessagingOptions messaging, GrainCollectionOptions collection)
    {
        var shortest = TimeSpan.FromSeconds(8);
        foreach (var time in new[] { messaging.ResponseTimeout, collection.CollectionQuantum, collection.DeactivationTimeout })
            shortest = time > TimeSpan.Zero && time < shortest ? time : shortest;
        return TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 8, 10, 1000));
    }
}
