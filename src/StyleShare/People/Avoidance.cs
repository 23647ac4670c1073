using System.Collections.Frozen;

namespace StyleShare.People;

/// <summary>What stands between two people, as one of them sees it.</summary>
[Flags]
public enum Avoidance
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>One blocks the other.</summary>
    Blocking = 1,

    /// <summary>The other blocks one.</summary>
    BlockedBy = 2,

    /// <summary>One mutes the other, who does not learn of it.</summary>
    Muting = 4,
}

/// <summary>Whom a person avoids, and who blocks them; a copy of the rows that is never changed.</summary>
internal sealed class AvoidedPeople(FrozenDictionary<Guid, Avoidance> people)
{
    private static readonly Task<Avoidance>[] Answers =
        [.. Enumerable.Range(0, 1 << 3).Select(flags => Task.FromResult((Avoidance)flags))];

    /// <summary>How many the person blocks or mutes.</summary>
    public int Chosen { get; } = people.Values.Count(avoidance => avoidance != Avoidance.BlockedBy);

    /// <summary>What stands between the person and another, as an answer that is made already: it is asked at every read.</summary>
    public Task<Avoidance> Of(Guid other) => Answers[(int)people.GetValueOrDefault(other)];
}
