using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The members of the cluster as of one version of the table; immutable.</summary>
internal sealed class ClusterView
{
    private readonly FrozenDictionary<SiloAddress, ClusterMember> _byAddress;
    private readonly FrozenDictionary<IPEndPoint, int> _generations;

    public ClusterView(long version, IEnumerable<ClusterMember> members)
    {
        Version = version;
        Members = [.. members.OrderBy(static member => member.Address)];
        Active = [.. Members.Where(static member => member.IsActive).Select(static member => member.Address)];
        _byAddress = Members.ToFrozenDictionary(static member => member.Address);
        _generations = Members.GroupBy(static member => member.Address.Endpoint)
            .ToFrozenDictionary(static lives => lives.Key, static lives => lives.Max(static member => member.Address.Generation));
    }

    /// <summary>Before the table was read.</summary>
    public static ClusterView Empty { get; } = new(-1, []);

    /// <summary>The version of the table; it rises with each change of a member's status or suspicions.</summary>
    public long Version { get; }

    /// <summary>All that the table has, dead ones too, by address.</summary>
    public ImmutableArray<ClusterMember> Members { get; }

    /// <summary>Those whose status is <see cref="SiloStatus.Active"/>, sorted.</summary>
    public ImmutableArray<SiloAddress> Active { get; }

    /// <summary>A member; null if the table does not have it.</summary>
    public ClusterMember? Find(SiloAddress silo) => _byAddress.GetValueOrDefault(silo);

    /// <summary>Its status; <see cref="SiloStatus.None"/> if the table does not have it.</summary>
    public SiloStatus StatusOf(SiloAddress silo) => Find(silo)?.Status ?? SiloStatus.None;

    /// <summary>Whether it is known to be gone: the table says so, or has a later life at its endpoint.</summary>
    public bool IsDead(SiloAddress silo) =>
        StatusOf(silo) == SiloStatus.Dead || (_generations.TryGetValue(silo.Endpoint, out var latest) && latest > silo.Generation);

    /// <summary>The view after one member was added or changed.</summary>
    public ClusterView With(ClusterMember member) =>
        new(Version + 1, Members.Where(other => !other.Address.Equals(member.Address)).Append(member));
}
