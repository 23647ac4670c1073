using System.Collections.Immutable;
using System.Security.Cryptography;
using StyleShare.People;

namespace StyleShare.Accounts;

/// <summary>How a person proves who they are, and whether they still may.</summary>
/// <param name="UserId">The person.</param>
/// <param name="PasswordHash">As the framework's hasher writes it; empty once everything is erased.</param>
/// <param name="CreatedAt">When the account was made.</param>
/// <param name="EraseAskedAt">When the person asked to be erased; nobody signs in from then on.</param>
/// <param name="ErasedAt">When everything of the person was gone.</param>
public sealed record Account(
    Guid UserId,
    string PasswordHash,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EraseAskedAt,
    DateTimeOffset? ErasedAt)
{
    /// <summary>A new account with its person and first session.</summary>
    /// <exception cref="Refusal"><c>account_exists</c>.</exception>
    public static Decision<Account, AccountFact> Open(Account? account, User person, string passwordHash, Session session) =>
        account is null
            ? new(new(person.Id, passwordHash, person.CreatedAt, null, null), [new AccountFact(person, session)])
            : throw AccountErrors.AccountExists();

    /// <summary>When the password was last replaced by another one; null if it never was.</summary>
    public DateTimeOffset? PasswordChangedAt { get; init; }

    /// <summary>Resets of the password that were asked for and not used.</summary>
    public ImmutableArray<PasswordReset> Resets { get; init; } = [];

    /// <summary>Whether the person can sign in.</summary>
    public bool IsOpen => EraseAskedAt is null;

    /// <summary>The password as it is hashed today.</summary>
    public Decision<Account, AccountFact> Rehash(string passwordHash) => IsOpen
        ? new(this with { PasswordHash = passwordHash }, [default])
        : Decision<Account, AccountFact>.Nothing(this);

    /// <summary>A link to reset the password goes to the person; of many open ones the oldest is of no use any more.</summary>
    public Decision<Account, AccountFact> IssueReset(PasswordReset reset, DateTimeOffset now) => IsOpen
        ? new(
            this with { Resets = [.. Resets.Where(other => now < other.ExpiresAt).TakeLast(PasswordReset.MaxOpen - 1), reset] },
            [default])
        : Decision<Account, AccountFact>.Nothing(this);

    /// <summary>The reset that a token is of; null if it is none, was used or has expired.</summary>
    public PasswordReset? ResetOf(ResetToken token, DateTimeOffset now)
    {
        if (!IsOpen || token.UserId != UserId)
            return null;
        var hash = token.Hash();
        return Resets.FirstOrDefault(
            reset => now < reset.ExpiresAt && CryptographicOperations.FixedTimeEquals(hash, reset.SecretHash));
    }

    /// <summary>The password is another one: all links and all sessions of before end.</summary>
    /// <exception cref="Refusal"><c>bad_reset_token</c>.</exception>
    public Decision<Account, AccountFact> ResetPassword(ResetToken token, string passwordHash, DateTimeOffset now) =>
        ResetOf(token, now) is not null
            ? new(
                this with { PasswordHash = passwordHash, PasswordChangedAt = now, Resets = [] },
                [new AccountFact(SessionsEnd: new EndSessions(UserId, now))])
            : throw AccountErrors.BadResetToken();

    /// <summary>The owner asks to be erased; nothing if they did so before.</summary>
    public Decision<Account, AccountFact> AskErase(DateTimeOffset now) => IsOpen
        ? new(this with { EraseAskedAt = now }, [new AccountFact(Erase: UserId)])
        : Decision<Account, AccountFact>.Nothing(this);

    /// <summary>Everything else of the person is erased; nothing if that was said before.</summary>
    public Decision<Account, AccountFact> FinishErase(DateTimeOffset now) => ErasedAt is null
        ? new(this with { PasswordHash = "", Resets = [], EraseAskedAt = EraseAskedAt ?? now, ErasedAt = now }, [default])
        : Decision<Account, AccountFact>.Nothing(this);
}

/// <summary>Something happened to an account: it was opened with these, somebody is to be erased,
/// sessions are to end, or only its own row changed.</summary>
public readonly record struct AccountFact(
    User? Person = null, Session? Session = null, Guid? Erase = null, EndSessions? SessionsEnd = null);
