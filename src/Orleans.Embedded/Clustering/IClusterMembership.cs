using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Who belongs to the cluster, as far as this silo knows.</summary>
internal interface IClusterMembership
{
    /// <summary>The latest view.</summary>
    ClusterView View { get; }

    /// <summary>Hears of each view with a higher version, in order, on one thread at a time, and of the current one at once. Must be quick.</summary>
    void Subscribe(Action<ClusterView> onChange);

    /// <summary>A view of at least that version; reads the table if it must.</summary>
    /// <exception cref="TimeoutException">The table did not come to have that version, or could not be read, within 10 seconds.</exception>
    ValueTask<ClusterView> AtLeast(long version, CancellationToken cancellation);

    /// <summary>Someone failed to reach a silo: it is probed at once. Quick, and may be called as often as it happens.</summary>
    void Suspect(SiloAddress silo, Exception why);

    /// <summary>Reads the table.</summary>
    Task Refresh(CancellationToken cancellation);
}
