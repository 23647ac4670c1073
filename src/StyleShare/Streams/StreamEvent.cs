using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StyleShare.Streams;

/// <summary>The item of every durable stream: what a change raised as an <see cref="Storage.OutboxEvent"/>.</summary>
/// <param name="Id">The event's id, the same at each delivery: what a consumer remembers that must not act twice.</param>
/// <param name="Payload">JSON text, as PostgreSQL writes a <c>jsonb</c>.</param>
/// <param name="RaisedAt">When the change was committed, by the database's clock.</param>
/// <param name="Redelivered">True if it may have been delivered before: after a failure, a crash, or by another silo.</param>
[GenerateSerializer, Immutable, Alias("StyleShare.Streams.StreamEvent")]
public sealed record StreamEvent(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Payload,
    [property: Id(2)] DateTimeOffset RaisedAt,
    [property: Id(3)] bool Redelivered = false)
{
    /// <summary>The payload as the record that was raised.</summary>
    /// <exception cref="JsonException">It is another one; a failed try like any other.</exception>
    public T Read<T>(JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(Payload, type) ?? throw new JsonException($"The payload of event {Id} is null.");
}
