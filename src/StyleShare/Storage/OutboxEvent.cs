using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StyleShare.Storage;

/// <summary>An event that a change raises on a stream; it is published if and only if the change is committed.</summary>
/// <param name="Id">The event's id, which consumers remember when they must not act twice.</param>
/// <param name="StreamNamespace">The stream's namespace.</param>
/// <param name="StreamKey">The stream's key in its namespace.</param>
/// <param name="Payload">JSON text.</param>
/// <param name="NotBefore">When it is delivered at the earliest; null for at once.</param>
public readonly record struct OutboxEvent(
    Guid Id, string StreamNamespace, string StreamKey, string Payload, DateTimeOffset? NotBefore = null);

/// <summary>Where events are written until they are delivered.</summary>
internal static class Outbox
{
    /// <summary>
    /// Streams are hashed to so many partitions, each read by one silo at a time: enough for tens of silos, few enough to
    /// be polled. Changing it moves streams to other partitions, so it is no option.
    /// </summary>
    public const int Partitions = 64;

    /// <summary>Raised in the silo when it has committed events, and said to other silos that read some partitions.</summary>
    public const string Signal = "outbox";

    public static readonly Statement<OutboxEvent> Insert = new(
        "outbox_insert",
        """
        INSERT INTO outbox (partition, id, stream_namespace, stream_key, payload, not_before)
        SELECT partition, id, stream_namespace, stream_key, payload, not_before FROM rows
        """,
        Expect.EveryRow,
        Column.Integer<OutboxEvent>("partition", e => PartitionOf(e.StreamNamespace, e.StreamKey)),
        Column.Uuid<OutboxEvent>("id", e => e.Id),
        Column.Text<OutboxEvent>("stream_namespace", e => e.StreamNamespace),
        Column.Text<OutboxEvent>("stream_key", e => e.StreamKey),
        Column.Jsonb<OutboxEvent>("payload", e => e.Payload),
        Column.Timestamptz<OutboxEvent>("not_before", e => e.NotBefore))
    {
        // They are only added: a change of a thousand facts with an event each is still few executions.
        Table = "outbox",
        Key = e => e.Id.GetHashCode(),
        Signal = Signal,
    };

    // The payload is read when the change is committed, and so has everything in it that the change has collected.
    public static readonly Statement<JointEvent> InsertJoint = new(
        "outbox_insert_joint",
        """
        INSERT INTO outbox (partition, id, stream_namespace, stream_key, payload)
        SELECT partition, id, stream_namespace, stream_key, payload FROM rows
        """,
        Expect.EveryRow,
        Column.Integer<JointEvent>("partition", e => PartitionOf(e.StreamNamespace, e.StreamKey)),
        Column.Uuid<JointEvent>("id", e => e.Id),
        Column.Text<JointEvent>("stream_namespace", e => e.StreamNamespace),
        Column.Text<JointEvent>("stream_key", e => e.StreamKey),
        Column.Jsonb<JointEvent>("payload", e => e.Payload))
    {
        Table = "outbox",
        Key = e => e.Id.GetHashCode(),
        Signal = Signal,
    };

    /// <summary>FNV-1a over the UTF-16 units; the same in every process and version.</summary>
    public static int PartitionOf(string streamNamespace, string streamKey)
    {
        var hash = 2166136261u;
        foreach (var c in streamNamespace)
            hash = (hash ^ c) * 16777619u;
        hash = (hash ^ '/') * 16777619u;
        foreach (var c in streamKey)
            hash = (hash ^ c) * 16777619u;
        return (int)(hash % Partitions);
    }
}

/// <summary>Several events of one stream in one row.</summary>
internal abstract class JointEvent(Guid id, string streamNamespace, string streamKey)
{
    public Guid Id { get; } = id;

    public string StreamNamespace { get; } = streamNamespace;

    public string StreamKey { get; } = streamKey;

    public abstract string Payload { get; }
}

/// <inheritdoc/>
internal sealed class JointEvent<T>(Guid id, string streamNamespace, string streamKey, JsonTypeInfo<List<T>> type)
    : JointEvent(id, streamNamespace, streamKey)
{
    /// <summary>At some 150 bytes each, the row stays below 100 kB, and is handled well within a delivery's time.</summary>
    private const int MaxItems = 500;

    public List<T> Items { get; } = [];

    public bool HasRoom => Items.Count < MaxItems;

    public override string Payload => JsonSerializer.Serialize(Items, type);
}
