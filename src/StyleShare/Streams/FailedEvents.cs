using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>How often events were tried: so that the count outlives the activation, the silo and the machine.</summary>
internal sealed class FailedEvents(NpgsqlDataSource source)
{
    // What was handled already is left out; all else has one try more, counted before it is made: so an event that takes its
    // silo down comes to its last try, too.
    private const string BeginSql =
        """
        INSERT INTO stream_failures AS f (consumer, event_id, tries)
        SELECT $1, event_id, 1 FROM unnest($2) AS given(event_id)
        WHERE NOT EXISTS (SELECT FROM handled_events h WHERE h.consumer = $1 AND h.event_id = given.event_id)
        ON CONFLICT (consumer, event_id) DO UPDATE SET tries = f.tries + 1, tried_at = now()
        RETURNING event_id, tries
        """;

    // Of many errors the last twenty are kept; each says which try it was.
    private const string FailSql =
        """
        INSERT INTO stream_failures AS f (consumer, event_id, tries, errors)
        VALUES ($1, $2, 1, jsonb_build_array($3::jsonb || '{"try": 1}'))
        ON CONFLICT (consumer, event_id) DO UPDATE SET tried_at = now(), errors =
            CASE WHEN jsonb_array_length(f.errors) < 20 THEN f.errors ELSE f.errors - 0 END
                || ($3::jsonb || jsonb_build_object('try', f.tries))
        RETURNING tries, errors
        """;

    private const string ForgiveSql =
        "UPDATE stream_failures SET tries = tries - 1 WHERE consumer = $1 AND event_id = ANY ($2) AND tries > 0";

    private const string DeleteSql = "DELETE FROM stream_failures WHERE consumer = $1 AND event_id = ANY ($2)";

    public static readonly Statement<(string Consumer, Guid EventId)> Delete = new(
        "stream_failures_delete",
        "DELETE FROM stream_failures f USING rows WHERE f.consumer = rows.consumer AND f.event_id = rows.event_id",
        Expect.Any,
        Column.Text<(string Consumer, Guid EventId)>("consumer", row => row.Consumer),
        Column.Uuid<(string Consumer, Guid EventId)>("event_id", row => row.EventId));

    /// <summary>Rows of events that went with their stream or their consumer.</summary>
    public static RetentionRule Retention { get; } = new(
        "stream_failures",
        """
        DELETE FROM stream_failures WHERE ctid = ANY (ARRAY (
            SELECT ctid FROM stream_failures WHERE tried_at < now() - $1 LIMIT $2))
        """,
        TimeSpan.FromDays(30));

    /// <summary>Counts a try of each event, before it is made; those that were handled are not in the answer.</summary>
    public async Task<Dictionary<Guid, int>> Begin(string consumer, IEnumerable<Guid> events)
    {
        await using var command = Command(BeginSql, consumer, [.. events]);
        await using var reader = await command.ExecuteReaderAsync();
        Dictionary<Guid, int> tries = [];
        while (await reader.ReadAsync())
            tries.Add(reader.GetGuid(0), reader.GetInt32(1));
        return tries;
    }

    /// <summary>Writes down why a try failed; counts it if it was the first. Returns how often it was tried, and all errors.</summary>
    public async Task<(int Tries, ImmutableArray<FailedTry> Errors)> Fail(string consumer, Guid eventId, DateTimeOffset at, string error)
    {
        await using var command = source.CreateCommand(FailSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = eventId });
        command.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = JsonSerializer.Serialize(new FailedTry(0, at, error), DeadLetterJson.Default.FailedTry),
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt32(0), JsonSerializer.Deserialize(reader.GetString(1), DeadLetterJson.Default.ImmutableArrayFailedTry));
    }

    /// <summary>Takes back what <see cref="Begin"/> counted: the try could not be made, for no fault of the event.</summary>
    public Task Forgive(string consumer, IEnumerable<Guid> events) => Execute(ForgiveSql, consumer, [.. events]);

    /// <summary>Forgets events that were handled in the end.</summary>
    public Task Forget(string consumer, IEnumerable<Guid> events) => Execute(DeleteSql, consumer, [.. events]);

    private async Task Execute(string sql, string consumer, Guid[] events)
    {
        await using var command = Command(sql, consumer, events);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string sql, string consumer, Guid[] events)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = events });
        return command;
    }
}
