using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What brings the calls of a silo in a cluster to their grains, put together: directory, placement, messages.</summary>
internal sealed class ClusterRouting : IDirectoryHost
{
    private readonly Silo _silo;
    private readonly IClusterMembership _membership;
    private readonly GrainDirectory _directory;
    private readonly LocationCache _places;
    private readonly LoadReports _loads;

    /// <summary>Before the network starts.</summary>
    public ClusterRouting(Silo silo, ISiloNetwork network, IClusterMembership membership)
    {
        (_silo, _membership) = (silo, membership);
        var options = new DirectoryOptions();
        var peers = new DirectoryPeers(silo, network, options);
        _places = new LocationCache(options.CacheSize);
        _directory = new GrainDirectory(network.Address, membership, peers, this, silo.TimeProvider, options, _places, silo.Log);
        _loads = new LoadReports(silo, network, () => _directory.Partition.View);
        var placement = new PlacementDirectors(
            silo,
            () => _directory.Partition.View,
            _loads,
            silo.Services.GetService<IOptions<ActivationCountBasedPlacementOptions>>()?.Value.ChooseOutOf
                ?? ActivationCountBasedPlacementOptions.DEFAULT_ACTIVATION_COUNT_PLACEMENT_CHOOSE_OUT_OF);
        var messages = new ClusterMessageCenter(
            silo, network, _directory, placement, _places, new Outages(network, () => _directory.Partition.View, _loads, silo.TimeProvider));
        Messages = messages;
        Calls = new IncomingRemoteCalls(silo, messages);
        peers.Serve(_directory, this);
        network.OnAsk(AskKind.LoadReport, _loads.Answer);
        silo.SubscriptionNews = new SubscriptionNews(silo, network, membership);
    }

    public IGrainDirectory Directory => _directory;

    public IMessageCenter Messages { get; }

    public IIncomingCalls Calls { get; }

    IEnumerable<IClaimant> IDirectoryHost.Claimants => _silo.Catalog.Classes.Where(static c => !c.IsStatelessWorker).SelectMany(static c => c.Activations);

    /// <summary>Follows the membership from now on.</summary>
    public void Start()
    {
        _directory.Start();
        _membership.Subscribe(view => _places.RemoveAll(silo => DirectoryPartition.IsGone(view, silo)));
    }

    /// <summary>Tells the others how loaded this silo is.</summary>
    public Task RunAsync(CancellationToken stop) => _loads.RunAsync(stop);

    void IDirectoryHost.GiveUp(GrainId grain, long claim)
    {
        if (_silo.Catalog.HasClass(grain.Type) && _silo.Catalog.ClassOf(grain.Type).Find(grain.Key) is { } activation && activation.Claim == claim)
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.DuplicateActivation, "The grain is active on another silo too, which keeps it."));
    }
}
