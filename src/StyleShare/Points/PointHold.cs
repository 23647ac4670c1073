using System.Collections.Immutable;

namespace StyleShare.Points;

/// <summary>What became of a hold; it is resolved once.</summary>
public enum HoldState
{
    /// <summary>The points wait for the till.</summary>
    Held,

    /// <summary>They were spent, all or a part of them.</summary>
    Captured,

    /// <summary>The till gave them back.</summary>
    Voided,

    /// <summary>No till came in time; they went back.</summary>
    Expired,
}

/// <summary>Points that are set aside for a till. They are the account's still; no line of the ledger tells of them.</summary>
/// <param name="Parts">Of which lots they are. A lot's end does not end what is held of it; what comes back ends then.</param>
/// <param name="Captured">How many were spent; null unless it was captured.</param>
public sealed record PointHold(
    Guid Id,
    long Points,
    ImmutableArray<LotPart> Parts,
    HoldState State,
    long? Captured,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? ResolvedAt)
{
    /// <summary>Whether its time is over.</summary>
    public bool IsDue(DateTimeOffset now) => ExpiresAt <= now;
}

/// <summary>What can happen to a member's account; <see cref="MemberTable"/> knows which rows each is.</summary>
public abstract record MemberFact
{
    private MemberFact()
    {
    }

    /// <summary>Points were set aside.</summary>
    public sealed record Held(PointHold Hold) : MemberFact;

    /// <summary>A hold was resolved; it is as it is from now on.</summary>
    public sealed record Resolved(PointHold Hold) : MemberFact;

    /// <summary>Points went from the account, or came to it.</summary>
    public sealed record Posted(LedgerTransaction Transaction) : MemberFact;

    /// <summary>Points were given to somebody else, in the transaction of the same id.</summary>
    public sealed record Given(Gift Gift) : MemberFact;
}
