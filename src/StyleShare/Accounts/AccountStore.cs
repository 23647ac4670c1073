using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Accounts;

/// <summary>Reads the tables of this feature.</summary>
internal sealed class AccountStore(NpgsqlDataSource database)
{
    /// <summary>An account and its version; null and 0 if there is none.</summary>
    public async Task<(Account? Account, long Version)> Account(Guid userId, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT password_hash, created_at, erase_asked_at, erased_at, version, password_changed_at, resets::text
            FROM credentials WHERE user_id = $1
            """,
            userId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return (null, 0);
        var account = new Account(
            userId,
            reader.GetString(0),
            reader.GetFieldValue<DateTimeOffset>(1),
            Time(reader, 2),
            Time(reader, 3))
        {
            PasswordChangedAt = Time(reader, 5),
            Resets = PasswordReset.Read(reader.IsDBNull(6) ? null : reader.GetString(6)),
        };
        return (account, reader.GetInt64(4));
    }

    /// <summary>A session and its version; null and 0 if there is none.</summary>
    public async Task<(Session? Session, long Version)> Session(Guid id, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT user_id, generation, secret_hash, created_at, expires_at, revoked_at, version FROM sessions WHERE id = $1
            """,
            id);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return (null, 0);
        var session = new Session(
            id,
            reader.GetGuid(0),
            reader.GetInt32(1),
            reader.GetFieldValue<byte[]>(2),
            reader.GetFieldValue<DateTimeOffset>(3),
            reader.GetFieldValue<DateTimeOffset>(4),
            Time(reader, 5));
        return (session, reader.GetInt64(6));
    }

    /// <summary>Sessions of a person that were not revoked, expired ones too: their last access token may still be good.</summary>
    public Task<ImmutableArray<Guid>> UnrevokedSessions(Guid userId, int limit) => Ids(
        Command("SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL LIMIT $2", userId),
        limit,
        CancellationToken.None);

    /// <summary>The same, of those that were started up to a time.</summary>
    public Task<ImmutableArray<Guid>> UnrevokedSessions(Guid userId, DateTimeOffset startedUpTo, int limit)
    {
        var command = Command(
            "SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND created_at <= $2 LIMIT $3", userId);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = startedUpTo });
        return Ids(command, limit, CancellationToken.None);
    }

    /// <summary>Whether a mail may go to an address: few an hour do, whoever asks for them.</summary>
    /// <param name="id">The mail; one that was counted before may go again.</param>
    /// <param name="userId">Whose account it is about.</param>
    /// <param name="addressKey">The claim on the address.</param>
    /// <param name="limit">How many within an hour, to an address; twice as many for a person who changes theirs.</param>
    /// <param name="now">The time.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<bool> MayMail(Guid id, Guid userId, string addressKey, int limit, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = Command(
            """
            WITH counted AS (
                INSERT INTO account_mails (id, user_id, address_key, sent_at) SELECT $1, $2, $3, $4
                WHERE (SELECT count(*) FROM account_mails WHERE address_key = $3 AND sent_at > $5) < $6
                    AND (SELECT count(*) FROM account_mails WHERE user_id = $2 AND sent_at > $5) < 2 * $6
                ON CONFLICT DO NOTHING RETURNING id)
            SELECT EXISTS (SELECT FROM counted) OR EXISTS (SELECT FROM account_mails WHERE id = $1)
            """,
            id);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = addressKey });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - TimeSpan.FromHours(1) });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Who holds a handle or an address by the unique keys of the database; null if nobody.</summary>
    public async Task<Guid?> HolderOf(string handle, string email, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT id FROM users WHERE (handle = $1 OR lower(email) = lower($2)) AND gone_at IS NULL LIMIT 1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = handle });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = email });
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    /// <summary>The names of a person, gone or not; null if there are none any more.</summary>
    public async Task<(string Handle, string Email)?> Names(Guid userId, CancellationToken ct)
    {
        await using var command = Command("SELECT handle, email FROM users WHERE id = $1 AND handle <> ''", userId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetString(0), reader.GetString(1)) : null;
    }

    /// <summary>Deletes all sessions of a person.</summary>
    public async Task DeleteSessions(Guid userId, CancellationToken ct)
    {
        await using var command = Command("DELETE FROM sessions WHERE user_id = $1", userId);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Deletes sessions that ended before a time, so many at the most; says how many there were.</summary>
    public async Task<int> DeleteEndedSessions(DateTimeOffset before, int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private static async Task<ImmutableArray<Guid>> Ids(NpgsqlCommand command, int limit, CancellationToken ct)
    {
        await using var owned = command;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ids = ImmutableArray.CreateBuilder<Guid>();
        while (await reader.ReadAsync(ct))
            ids.Add(reader.GetGuid(0));
        return ids.DrainToImmutable();
    }

    private NpgsqlCommand Command(string sql, Guid id)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return command;
    }
}
