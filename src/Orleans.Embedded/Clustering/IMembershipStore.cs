using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The table of a cluster's members. Each change but that of the IAmAlive time raises the table's version by one.</summary>
internal interface IMembershipStore
{
    /// <summary>Makes what there must be before the first read.</summary>
    Task Initialize(CancellationToken cancellation);

    /// <summary>All members, as of one version.</summary>
    Task<ClusterView> Read(CancellationToken cancellation);

    /// <summary>Adds a member if the table's version is still the given one; false, and nothing is changed, if not or if it has that address.</summary>
    Task<bool> Insert(ClusterMember member, long version, CancellationToken cancellation);

    /// <summary>Changes a member if the table's version is still the given one; false, and nothing is changed, if not.</summary>
    Task<bool> Update(ClusterMember member, long version, CancellationToken cancellation);

    /// <summary>Writes down that a silo lives; nothing if the table does not have it.</summary>
    Task UpdateIAmAlive(SiloAddress silo, DateTime time, CancellationToken cancellation);

    /// <summary>Removes those that are not active and last said before that time that they live.</summary>
    Task Cleanup(DateTime before, CancellationToken cancellation);
}
