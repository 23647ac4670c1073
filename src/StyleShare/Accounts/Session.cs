using System.Security.Cryptography;

namespace StyleShare.Accounts;

/// <summary>A session: the family of refresh tokens that one sign-in started.</summary>
/// <param name="Generation">The how manieth refresh token is the current one, from 1.</param>
/// <param name="SecretHash">SHA-256 of the current refresh token's secret.</param>
/// <param name="ExpiresAt">When the current refresh token is of no use any more.</param>
public sealed record Session(
    Guid Id,
    Guid UserId,
    int Generation,
    byte[] SecretHash,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    /// <summary>A new session with its first refresh token.</summary>
    public static Decision<Session, SessionFact> Start(
        Guid userId, RefreshToken first, DateTimeOffset now, TimeSpan lifetime) => new(
        new(first.SessionId, userId, first.Generation, first.Hash(), now, now + lifetime, null),
        [SessionFact.Started]);

    /// <summary>Whether tokens of this session are good for anything.</summary>
    public bool IsOpen(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    /// <summary>Judges a refresh token.</summary>
    /// <remarks>
    /// A token of an earlier generation was spent: either its holder or who used it before them is a thief, and nobody can
    /// say which, so the family ends (RFC 9700, 4.14.2). Its secret is forgotten and cannot be checked; to make one up takes
    /// the session's id, which only its holder knows.
    /// </remarks>
    public RefreshVerdict Judge(RefreshToken token, DateTimeOffset now)
    {
        if (token.SessionId != Id || !IsOpen(now))
            return RefreshVerdict.Bad;
        if (token.Generation >= 1 && token.Generation < Generation)
            return RefreshVerdict.Replayed;
        return token.Generation == Generation && CryptographicOperations.FixedTimeEquals(token.Hash(), SecretHash)
            ? RefreshVerdict.Good
            : RefreshVerdict.Bad;
    }

    /// <summary>The session after its refresh token was spent for the next one.</summary>
    public Decision<Session, SessionFact> Rotate(RefreshToken next, DateTimeOffset now, TimeSpan lifetime) => new(
        this with { Generation = next.Generation, SecretHash = next.Hash(), ExpiresAt = now + lifetime },
        [SessionFact.Rotated]);

    /// <summary>The session after its end; nothing if it has ended already.</summary>
    public Decision<Session, SessionFact> Revoke(DateTimeOffset now) => RevokedAt is null
        ? new(this with { RevokedAt = now }, [SessionFact.Revoked])
        : Decision<Session, SessionFact>.Nothing(this);
}

/// <summary>What can happen to a session.</summary>
public enum SessionFact
{
    /// <summary>A person signed in.</summary>
    Started,

    /// <summary>Its refresh token was spent for the next one.</summary>
    Rotated,

    /// <summary>It was ended before its time; every silo is to refuse its access tokens.</summary>
    Revoked,
}

/// <summary>What a refresh token is.</summary>
public enum RefreshVerdict
{
    /// <summary>The current one.</summary>
    Good,

    /// <summary>None of this session, or of one that has ended.</summary>
    Bad,

    /// <summary>One that was spent before.</summary>
    Replayed,
}
