using StyleShare.Jobs;
using StyleShare.People;
using StyleShare.Storage;

namespace StyleShare.Accounts;

/// <summary>The tables of this feature, and how its facts become rows.</summary>
internal static class AccountTable
{
    /// <summary>Accounts.</summary>
    public static readonly StateTable<Account> Credentials = new(
        "credentials",
        Column.Uuid<Account>("user_id", account => account.UserId),
        Column.Text<Account>("password_hash", account => account.PasswordHash),
        Column.Timestamptz<Account>("created_at", account => account.CreatedAt),
        Column.Timestamptz<Account>("erase_asked_at", account => account.EraseAskedAt),
        Column.Timestamptz<Account>("erased_at", account => account.ErasedAt),
        Column.Timestamptz<Account>("password_changed_at", account => account.PasswordChangedAt),
        Column.Jsonb<Account>("resets", account => PasswordReset.Write(account.Resets)));

    /// <summary>Sessions.</summary>
    public static readonly StateTable<Session> Sessions = new(
        "sessions",
        Column.Uuid<Session>("id", session => session.Id),
        Column.Uuid<Session>("user_id", session => session.UserId),
        Column.Integer<Session>("generation", session => session.Generation),
        Column.Bytea<Session>("secret_hash", session => session.SecretHash),
        Column.Timestamptz<Session>("created_at", session => session.CreatedAt),
        Column.Timestamptz<Session>("expires_at", session => session.ExpiresAt),
        Column.Timestamptz<Session>("revoked_at", session => session.RevokedAt));

    private static readonly Statement<Guid> Revoked = new(
        "revoked_sessions_insert",
        "INSERT INTO revoked_sessions (session_id) SELECT session_id FROM rows ON CONFLICT DO NOTHING",
        Expect.Any,
        Column.Uuid<Guid>("session_id", id => id));

    /// <summary>
    /// An account is opened together with its person and its first session; whoever is to be erased will be, and sessions that
    /// are to end do, for the job is committed with the wish.
    /// </summary>
    public static void Write(Change change, AccountFact fact)
    {
        if (fact.Person is { } person)
        {
            change.Insert(UserTable.State, person);
            EmailVerificationJob.Enqueue(change, person.Id, person.CreatedAt);
        }

        if (fact.Session is { } session)
            change.Insert(Sessions, session);
        if (fact.SessionsEnd is { } end)
            change.Enqueue(SessionEnder.Kind, end, Guid.CreateVersion7(end.StartedUpTo));
        if (fact.Erase is { } user)
            change.Enqueue(AccountEraser.Kind, new EraseAccount(user), id: user, key: user.ToString("N"));
    }

    /// <summary>All silos are told of a session's end.</summary>
    public static void Write(Change change, Guid session, SessionFact fact)
    {
        if (fact == SessionFact.Revoked)
            change.Add(Revoked, session);
    }
}
