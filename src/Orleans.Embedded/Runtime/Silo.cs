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
    private Task _loops = Task.CompletedTask;
    private volatile bool _takesCalls;

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
        Address = SiloAddress.New(endpoint.Value.AdvertisedIPAddress ?? IPAddress.Loopback, endpoint.Value.SiloPort, SiloAddress.AllocateNewGeneration());
        Name = silo.Value.SiloName ?? $"Silo_{Address.Generation:x}";

        Clock = new SiloClock(timeProvider, PeriodFor(Messaging, Collection));
        Watchdog = new Watchdog(this);
        Collector = new IdleCollector(this, Collection);
        Catalog = new GrainCatalog(this);
        Metrics = new SiloMetrics(this);
        Directory = new LocalGrainDirectory(this);
        Messages = new LocalMessageCenter(this);
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

    public void Start()
    {
        _ = IncomingFilters;
        Clock.Tick();
        _takesCalls = true;
        _loops = Task.WhenAll(
            Watchdog.RunAsync(_stop.Token),
            Collector.RunAsync(_stop.Token),
            Collection.EnableActivationSheddingOnMemoryPressure
                ? Collector.WatchMemoryAsync(Services.GetService<IEnvironmentMemory>() ?? new GcMemory(), _stop.Token)
                : Task.CompletedTask);
        Log.Started(Address, Catalog.Classes.Count());
    }

    /// <summary>Ends all activations, for as long as the token lets it; calls that would activate more are refused at the end.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        IsStopping = true;
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

        _takesCalls = false;
        await _stop.CancelAsync();
        await _loops;
        Log.Stopped(Address, Catalog.Classes.Sum(c => c.ActivationCount));
    }

    public void Dispose()
    {
        _takesCalls = false;
        _stop.Cancel();
        Metrics.Dispose();
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
