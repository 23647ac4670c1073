using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Development;

/// <summary>A message that would have been sent.</summary>
/// <param name="Seq">Grows from message to message.</param>
/// <param name="Kind">How: <c>apns</c>, <c>fcm</c>, <c>webpush</c>, <c>mail</c>, or a channel of shares such as <c>x</c>.</param>
/// <param name="Address">Where to.</param>
/// <param name="Message">The message, as JSON text.</param>
/// <param name="CreatedAt">When.</param>
public sealed record OutboxMessage(long Seq, string Kind, string Address, string Message, DateTimeOffset CreatedAt);

/// <summary>Keeps what would have been sent: the newest ones, in the database, so that every silo shows the same.</summary>
public sealed class DevelopmentOutbox(ICommitter committer, NpgsqlDataSource database, IOptions<DevelopmentOptions> options)
{
    private static readonly Statement<OutboxMessage> Insert = new(
        "dev_outbox_insert",
        "INSERT INTO dev_outbox (kind, address, message) SELECT kind, address, message FROM rows",
        Expect.EveryRow,
        Column.Text<OutboxMessage>("kind", message => message.Kind),
        Column.Text<OutboxMessage>("address", message => message.Address),
        Column.Jsonb<OutboxMessage>("message", message => message.Message));

    // Two lanes that trim at once must not wait for each other crosswise.
    private static readonly Statement<int> Trim = new(
        "dev_outbox_trim",
        """
        DELETE FROM dev_outbox WHERE seq IN (
            SELECT seq FROM dev_outbox
            WHERE seq <= (SELECT max(seq) FROM dev_outbox) - (SELECT max(kept) FROM rows)
            ORDER BY seq LIMIT 10000 FOR UPDATE SKIP LOCKED)
        """,
        Expect.Any,
        Column.Integer<int>("kept", kept => kept));

    /// <summary>Keeps a message.</summary>
    /// <param name="kind">How it would have gone.</param>
    /// <param name="address">Where to.</param>
    /// <param name="message">The message, as JSON text.</param>
    /// <param name="cancellation">Takes it back while it waits.</param>
    public Task Keep(string kind, string address, string message, CancellationToken cancellation)
    {
        var change = new Change();
        change.Add(Insert, new OutboxMessage(0, kind, address, message, default));
        change.Add(Trim, options.Value.OutboxSize);
        return committer.Commit(change, cancellation);
    }

    /// <summary>The messages before one, newest first.</summary>
    /// <param name="before">The <c>Seq</c> of the last one seen; null to begin.</param>
    /// <param name="kind">Only those of this kind; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<ImmutableArray<OutboxMessage>> Newest(
        long? before, string? kind, int limit, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand(
            """
            SELECT seq, kind, address, message::text, created_at FROM dev_outbox
            WHERE seq < $1 AND ($2::text IS NULL OR kind = $2)
            ORDER BY seq DESC LIMIT $3
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before ?? long.MaxValue });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = kind });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var messages = ImmutableArray.CreateBuilder<OutboxMessage>();
        while (await reader.ReadAsync(cancellation))
        {
            messages.Add(new OutboxMessage(
                reader.GetInt64(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return messages.DrainToImmutable();
    }
}
