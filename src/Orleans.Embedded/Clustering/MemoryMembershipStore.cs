using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The table of a cluster inside one process, for tests; all its silos have the same one.</summary>
internal sealed class MemoryMembershipStore : IMembershipStore
{
    private readonly Lock _lock = new();
    private ClusterView _table = new(0, []);

    public Task Initialize(CancellationToken cancellation) => Task.CompletedTask;

    public Task<ClusterView> Read(CancellationToken cancellation)
    {
        lock (_lock)
            return Task.FromResult(_table);
    }

    public Task<bool> Insert(ClusterMember member, long version, CancellationToken cancellation) =>
        Change(member, version, isThere: false);

    public Task<bool> Update(ClusterMember member, long version, CancellationToken cancellation) =>
        Change(member, version, isThere: true);

    public Task UpdateIAmAlive(SiloAddress silo, DateTime time, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_table.Find(silo) is not null)
                _table = new ClusterView(_table.Version, _table.Members.Select(member => member.Address.Equals(silo) ? member with { IAmAliveTime = time } : member));
        }

        return Task.CompletedTask;
    }

    public Task Cleanup(DateTime before, CancellationToken cancellation)
    {
        lock (_lock)
            _table = new ClusterView(_table.Version, _table.Members.Where(member => member.IsActive || member.IAmAliveTime >= before));
        return Task.CompletedTask;
    }

    private Task<bool> Change(ClusterMember member, long version, bool isThere)
    {
        lock (_lock)
        {
            if (_table.Version != version || (_table.Find(member.Address) is not null) != isThere)
                return Task.FromResult(false);
            _table = _table.With(member);
            return Task.FromResult(true);
        }
    }
}
