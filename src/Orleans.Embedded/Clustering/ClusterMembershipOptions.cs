using Orleans.Runtime;

namespace Orleans.Configuration;

/// <summary>
/// How silos watch each other. With these values a silo that was killed is out within two seconds (its port refuses
/// connections), one that hangs within seven.
/// </summary>
public class ClusterMembershipOptions
{
    /// <summary>Whether silos that do not answer are voted out. Off only for debugging, when a silo may stand still.</summary>
    public bool LivenessEnabled { get; set; } = true;

    /// <summary>How often neighbours are probed, and how long one may take to answer; 2 seconds: longer than a full collection, short enough to notice.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Probes in a row that a silo may miss before it is voted on; 3: one may be lost to a pause, three to none of seconds.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>How many silos each probes, its neighbours on a ring; 3: with two votes needed, one prober may be dead itself.</summary>
    public int NumProbedSilos { get; set; } = 3;

    /// <summary>Votes that declare a silo dead; 2: one silo alone may be the one that is cut off. Fewer if fewer others live.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>How long a vote counts; 2 minutes: what was seen before says nothing of now.</summary>
    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the table is read although nobody told of a change; 30 seconds: changes are told at once, this is the safety net.</summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a silo writes that it lives; 5 seconds: one small write, and a joining silo knows soon which entries are old.</summary>
    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Such writes that may be missing before an entry is old; 3, as one may be lost and one late.</summary>
    public int NumMissedTableIAmAliveLimit { get; set; } = 3;

    /// <summary>How long a silo tries to reach the active ones before it gives its start up; 30 seconds: those that hang are out by then.</summary>
    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether others are told of a change at once.</summary>
    public bool UseLivenessGossip { get; set; } = true;

    /// <summary>Whether another silo is asked to probe before a vote: a silo that only this one cannot reach stays.</summary>
    public bool EnableIndirectProbes { get; set; } = true;

    /// <summary>Whether a probe does not count as missed if the prober itself was late: a starved machine must not vote its neighbours out.</summary>
    public bool ExtendProbeTimeoutDuringDegradation { get; set; } = true;

    /// <summary>How long entries of silos that are gone are kept; a day: long enough to look at, and to be found by one that was suspended.</summary>
    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often they are removed; an hour, as they only take room. Null for never.</summary>
    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);

    internal void Validate()
    {
        Positive(ProbeTimeout, nameof(ProbeTimeout));
        Positive(DeathVoteExpirationTimeout, nameof(DeathVoteExpirationTimeout));
        Positive(TableRefreshTimeout, nameof(TableRefreshTimeout));
        Positive(IAmAliveTablePublishTimeout, nameof(IAmAliveTablePublishTimeout));
        Positive(MaxJoinAttemptTime, nameof(MaxJoinAttemptTime));
        Positive(DefunctSiloExpiration, nameof(DefunctSiloExpiration));
        Positive(DefunctSiloCleanupPeriod ?? TimeSpan.MaxValue, nameof(DefunctSiloCleanupPeriod));
        AtLeastOne(NumMissedProbesLimit, nameof(NumMissedProbesLimit));
        AtLeastOne(NumProbedSilos, nameof(NumProbedSilos));
        AtLeastOne(NumVotesForDeathDeclaration, nameof(NumVotesForDeathDeclaration));
        AtLeastOne(NumMissedTableIAmAliveLimit, nameof(NumMissedTableIAmAliveLimit));
    }

    private static void Positive(TimeSpan time, string option) =>
        GrainCollectionOptions.Positive(time, $"{nameof(ClusterMembershipOptions)}.{option}");

    private static void AtLeastOne(int count, string option)
    {
        if (count < 1)
            throw new OrleansConfigurationException($"{nameof(ClusterMembershipOptions)}.{option} must be at least 1, and is {count}.");
    }
}
