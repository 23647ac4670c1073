using System.Collections.Immutable;
using System.Text;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Who probes whom, and when a silo is dead. Decisions only: what was seen comes in, an entry of the table comes out, and
/// the table's version decides between two that were made at once.
/// </summary>
internal sealed class MembershipRules(ClusterMembershipOptions options)
{
    /// <summary>
    /// Whom a silo probes: the next ones on a ring of all that run, ordered by a hash so that neighbours are rarely of one
    /// machine. Those that do not answer are probed beside the full number of others: of several that end at once none goes
    /// unwatched for having watched each other.
    /// </summary>
    public ImmutableArray<SiloAddress> ProbedBy(ClusterView view, SiloAddress self, IReadOnlySet<SiloAddress> unanswering)
    {
        var ring = view.Members.Where(static member => member.IsFunctioning).Select(static member => member.Address)
            .Where(address => !address.Equals(self)).OrderBy(Place).ThenBy(static address => address).ToList();
        var start = ring.FindIndex(address => Place(address) > Place(self));
        var probed = ImmutableArray.CreateBuilder<SiloAddress>();
        for (int i = 0, answering = 0; i < ring.Count && answering < options.NumProbedSilos; i++)
        {
            var next = ring[(Math.Max(start, 0) + i) % ring.Count];
            probed.Add(next);
            if (!unanswering.Contains(next))
                answering++;
        }

        return probed.ToImmutable();
    }

    /// <summary>
    /// How many must hold a silo for dead: as many as the options say, but no more than there are to ask. Those are the
    /// active ones and the one that asks; one that is itself gone, for all that is known, cannot be waited for.
    /// </summary>
    public int VotesNeeded(ClusterView view, SiloAddress target, SiloAddress voter, IReadOnlySet<SiloAddress> gone)
    {
        var voters = 1 + view.Active.Count(silo => !silo.Equals(target) && !silo.Equals(voter) && !gone.Contains(silo));
        return Math.Min(options.NumVotesForDeathDeclaration, voters);
    }

    /// <summary>
    /// The entry of a silo after one more vote against it: dead, if that was the last one needed. Null if the vote is there
    /// already and more are needed still.
    /// </summary>
    /// <param name="view">The table as just read.</param>
    /// <param name="target">Who does not answer.</param>
    /// <param name="vote">Who says so, and when.</param>
    /// <param name="counts">Whether an earlier vote is recent enough.</param>
    /// <param name="gone">Who is not to be waited for.</param>
    public ClusterMember? Suspect(
        ClusterView view, ClusterMember target, Suspicion vote, Func<Suspicion, bool> counts, IReadOnlySet<SiloAddress> gone)
    {
        // The vote of one that was declared dead since may have been what was wrong with it.
        var votes = target.Suspicions
            .Where(earlier => !earlier.By.Equals(vote.By) && counts(earlier) && !view.IsDead(earlier.By))
            .Append(vote).ToImmutableArray();
        var isDead = votes.Length >= VotesNeeded(view, target.Address, vote.By, gone);
        if (!isDead && target.Suspicions.Any(earlier => earlier.By.Equals(vote.By) && counts(earlier)))
            return null;
        return target with { Suspicions = votes, Status = isDead ? SiloStatus.Dead : target.Status };
    }

    /// <summary>The entry of a silo without the vote of one whom it answers again; null if there is none.</summary>
    public static ClusterMember? Withdraw(ClusterMember target, SiloAddress voter) =>
        target.IsFunctioning && target.Suspicions.Any(vote => vote.By.Equals(voter))
            ? target with { Suspicions = target.Suspicions.RemoveAll(vote => vote.By.Equals(voter)) }
            : null;

    /// <summary>Earlier lives of a silo that is just starting: nobody else can be listening where it does.</summary>
    public static IEnumerable<ClusterMember> EarlierLives(ClusterView view, SiloAddress self) => view.Members.Where(member =>
        member.Address.Endpoint.Equals(self.Endpoint) && member.Address.Generation < self.Generation && member.Status != SiloStatus.Dead);

    private static uint Place(SiloAddress silo) => UniformHash.Of(Encoding.UTF8.GetBytes(silo.ToParsableString()));
}
