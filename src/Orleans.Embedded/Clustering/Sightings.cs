using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// When things in the table were first seen here, by this process' own running time: silos' clocks may be hours apart, so
/// that of the times in the table only "it changed" means something.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class Sightings(TimeProvider time, ClusterMembershipOptions options)
{
    private readonly Dictionary<SiloAddress, (DateTime Value, long Since)> _alive = [];
    private readonly Dictionary<(SiloAddress Target, Suspicion Vote), long> _votes = [];

    /// <summary>Takes note of a table that was just read.</summary>
    public void See(ClusterView view)
    {
        var now = time.GetTimestamp();
        foreach (var member in view.Members)
        {
            if (!_alive.TryGetValue(member.Address, out var seen) || seen.Value != member.IAmAliveTime)
                _alive[member.Address] = (member.IAmAliveTime, now);
            foreach (var vote in member.Suspicions)
                _votes.TryAdd((member.Address, vote), now);
        }

        foreach (var gone in _alive.Keys.Where(silo => view.Find(silo) is null).ToList())
            _alive.Remove(gone);
        foreach (var old in _votes.Keys.Where(key => view.Find(key.Target)?.Suspicions.Contains(key.Vote) != true).ToList())
            _votes.Remove(old);
    }

    /// <summary>Whether a vote is recent enough to count.</summary>
    public bool Counts(SiloAddress target, Suspicion vote) =>
        !_votes.TryGetValue((target, vote), out var since) || time.GetElapsedTime(since) < options.DeathVoteExpirationTimeout;

    /// <summary>Whether a silo has not written for so long that it is not to be waited for.</summary>
    public bool IsOld(ClusterMember member) =>
        _alive.TryGetValue(member.Address, out var seen) && time.GetElapsedTime(seen.Since) > OldAfter;

    /// <summary>
    /// The same by the times in the table, for a silo that has only just begun to look. Wrong where clocks are far apart, so
    /// it may only be asked of one that does not answer either.
    /// </summary>
    public bool LooksOld(ClusterMember member) => IsOld(member) || time.GetUtcNow().UtcDateTime - member.IAmAliveTime > OldAfter;

    private TimeSpan OldAfter => options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit;
}
