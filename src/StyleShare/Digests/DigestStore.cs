using System.Collections.Immutable;
using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Digests;

/// <summary>Somebody who may want a digest.</summary>
internal readonly record struct DigestCandidate(Guid UserId, string Locale, string? TimeZone, DateTimeOffset? LastSentAt);

/// <summary>A digest that was sent.</summary>
internal readonly record struct SentDigest(Guid UserId, Guid UpTo, DateTimeOffset SentAt);

/// <summary>Reads and writes digests.</summary>
internal sealed class DigestStore(NpgsqlDataSource database)
{
    /// <summary>Remembers a digest, in the change that has it mailed.</summary>
    public static readonly Statement<SentDigest> Sent = new(
        "digests_sent",
        """
        INSERT INTO digests (user_id, up_to, sent_at) SELECT user_id, up_to, sent_at FROM rows
        ON CONFLICT (user_id) DO UPDATE SET up_to = excluded.up_to, sent_at = excluded.sent_at
        """,
        Expect.Any,
        Column.Uuid<SentDigest>("user_id", sent => sent.UserId),
        Column.Uuid<SentDigest>("up_to", sent => sent.UpTo),
        Column.Timestamptz<SentDigest>("sent_at", sent => sent.SentAt));

    /// <summary>Whose inbox has something unread, in the order of their ids, who did not say that they want no digest.</summary>
    public async Task<ImmutableArray<DigestCandidate>> Candidates(Guid after, int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            SELECT inboxes.user_id, users.locale, preferences.time_zone, digests.sent_at
            FROM inboxes JOIN users ON users.id = inboxes.user_id AND users.gone_at IS NULL
            LEFT JOIN preferences ON preferences.user_id = inboxes.user_id
            LEFT JOIN digests ON digests.user_id = inboxes.user_id
            WHERE inboxes.user_id > $1 AND inboxes.unread > 0 AND coalesce(preferences.digest, true)
            ORDER BY inboxes.user_id LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = ImmutableArray.CreateBuilder<DigestCandidate>();
        while (await reader.ReadAsync(ct))
        {
            found.Add(new DigestCandidate(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return found.DrainToImmutable();
    }

    /// <summary>The last digest of a person.</summary>
    public async Task<SentDigest?> Last(Guid user, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT up_to, sent_at FROM digests WHERE user_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new SentDigest(user, reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1))
            : null;
    }
}
