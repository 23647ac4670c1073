using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What a silo of a cluster has besides: its connections, the membership and the routing, started and stopped in order.</summary>
internal sealed class SiloInCluster
{
    /// <summary>How long answers on their way may take at a stop; 5 seconds: what takes longer fails at its caller's, as if the silo had died.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly Silo _silo;
    private readonly ISiloNetwork _network;
    private readonly ClusterMembership _membership;
    private readonly CancellationTokenSource _stop = new();
    private Task _reports = Task.CompletedTask;
    private int _isAbandoned;

    public SiloInCluster(Silo silo, ISiloNetwork network, IMembershipStore store, IServiceProvider services)
    {
        _silo = silo;
        _network = network;
        _membership = new ClusterMembership(
            network,
            store,
            silo.Name,
            silo.DnsHostName,
            services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value,
            silo.TimeProvider,
            services.GetRequiredService<ILogger<ClusterMembership>>())
        {
            OnEvicted = () => _ = Task.Run(() => OnEvicted(services)),
        };
        Routing = new ClusterRouting(silo, network, _membership);
    }

    public IClusterMembership Membership => _membership;

    public ClusterRouting Routing { get; }

    /// <summary>Listens, and enters the table. What fails leaves it again.</summary>
    public async Task Join(CancellationToken cancellation)
    {
        try
        {
            _network.Start(Routing.Calls);
            Routing.Start();
            await _membership.Join(cancellation);
        }
        catch (Exception)
        {
            await _membership.Leave(SiloStatus.Dead, CancellationToken.None);
            Abandon();
            throw;
        }
    }

    /// <summary>Calls of others come from now on.</summary>
    public Task BecomeActive(CancellationToken cancellation)
    {
        _reports = Routing.RunAsync(_stop.Token);
        return _membership.BecomeActive(cancellation);
    }

    public Task BeginLeaving(CancellationToken limit) => _membership.Leave(SiloStatus.ShuttingDown, limit);

    /// <summary>
    /// Once the activations have ended. The others hear that it is stopping; that it is dead they would take for the end of the
    /// connections, so the answers go first.
    /// </summary>
    public async Task Leave(CancellationToken limit)
    {
        await _membership.Leave(SiloStatus.Stopping, limit);
        await _stop.CancelAsync();
        await _reports;
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(limit);
        drain.CancelAfter(DrainLimit);
        if (Volatile.Read(ref _isAbandoned) == 0)
            await _network.StopAsync(drain.Token);
        await _membership.Leave(SiloStatus.Dead, CancellationToken.None);
        Abandon();
        await _membership.StopAsync();
    }

    /// <summary>Closes all and says nothing.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _isAbandoned, 1) != 0)
            return;
        _membership.Abandon();
        _stop.Cancel();
        _ = _network.DisposeAsync().AsTask();
    }

    // The others go on without this silo: what it still did would be refused by the storage, so it ends, and its host with it.
    private void OnEvicted(IServiceProvider services)
    {
        _silo.Kill(new SiloUnavailableException($"The silo {_silo.Address} was declared dead by the others."));
        Environment.ExitCode = 1;
        services.GetService<IHostApplicationLifetime>()?.StopApplication();
    }
}
