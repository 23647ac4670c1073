using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>Which events a consumer has handled, for those that must not act twice.</summary>
public static class HandledEvents
{
    /// <summary>The constraint that a change violates whose event was handled before.</summary>
    public const string Constraint = "handled_events_pkey";

    private static readonly Column<Row>[] Columns =
        [Column.Text<Row>("consumer", row => row.Consumer), Column.Uuid<Row>("event_id", row => row.EventId)];

    private static readonly Statement<Row> Insert = new(
        "handled_events_insert",
        "INSERT INTO handled_events (consumer, event_id) SELECT consumer, event_id FROM rows",
        Expect.EveryRow,
        Columns)
    { Table = "handled_events", Key = row => row.GetHashCode() };

    private static readonly Statement<Row> InsertIfNew = new(
        "handled_events_insert_if_new",
        "INSERT INTO handled_events (consumer, event_id) SELECT consumer, event_id FROM rows ON CONFLICT DO NOTHING",
        Expect.Any,
        Columns)
    { Table = "handled_events", Key = row => row.GetHashCode() };

    private static readonly Statement<Row> Delete = new(
        "handled_events_delete",
        """
        DELETE FROM handled_events h USING rows WHERE h.consumer = rows.consumer AND h.event_id = rows.event_id
        """,
        Expect.Any,
        Columns)
    { Table = "handled_events", Key = row => row.GetHashCode() };

    /// <summary>
    /// Remembers, in the commit that is the event's effect, that the event was handled. If it was before, the change is
    /// refused (<see cref="ChangeRefusedException"/> with <see cref="Constraint"/>), which <see cref="DurableConsumer"/> takes for done.
    /// </summary>
    /// <param name="change">What the event makes the consumer write.</param>
    /// <param name="consumer">The name that the consumer was made with.</param>
    /// <param name="eventId">The event.</param>
    public static void Handled(this Change change, string consumer, Guid eventId) => change.Add(Insert, new Row(consumer, eventId));

    /// <summary>The same where it does not matter whether it was before.</summary>
    internal static void MarkHandled(this Change change, string consumer, Guid eventId) =>
        change.Add(InsertIfNew, new Row(consumer, eventId));

    /// <summary>Forgets it, so that the event may be handled again.</summary>
    internal static void ForgetHandled(this Change change, string consumer, Guid eventId) =>
        change.Add(Delete, new Row(consumer, eventId));

    internal static RetentionRule Retention(StreamOptions options) => new(
        "handled_events",
        """
        DELETE FROM handled_events WHERE ctid = ANY (ARRAY (
            SELECT ctid FROM handled_events WHERE handled_at < now() - $1 ORDER BY handled_at LIMIT $2))
        """,
        options.HandledKeptFor);

    private readonly record struct Row(string Consumer, Guid EventId);
}
