using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>What a dead letter holds of an event, besides its stream.</summary>
internal sealed record DeadEvent(Guid Event, string Consumer, string Payload);

/// <summary>
/// Raises dead events again, on their stream and with their id: who has marked it as handled does not get it again, but for the
/// consumer that gave it up.
/// </summary>
internal sealed class DeadEvents : IDeadLetterSource
{
    /// <summary>The letter for an event that a consumer could not handle.</summary>
    public static DeadLetter LetterOf(
        string consumer, StreamId stream, StreamEvent raised, int tries, ImmutableArray<FailedTry> errors, DateTimeOffset now) =>
        new(
            LetterId(consumer, raised.Id),
            DeadLetterSources.Event,
            stream.GetNamespace() ?? "",
            stream.GetKeyAsString(),
            JsonSerializer.Serialize(new DeadEvent(raised.Id, consumer, raised.Payload), DeadEventJson.Default.DeadEvent),
            errors[^1].Error,
            tries,
            errors,
            raised.RaisedAt,
            now);

    public string Source => DeadLetterSources.Event;

    public void Revive(Change change, DeadLetter letter)
    {
        var dead = JsonSerializer.Deserialize(letter.Payload, DeadEventJson.Default.DeadEvent)!;
        change.ForgetHandled(dead.Consumer, dead.Event);
        change.Raise(new OutboxEvent(dead.Event, letter.Kind, letter.Key!, dead.Payload));
    }

    /// <summary>The same for the same event and consumer, so that it is not buried twice.</summary>
    private static Guid LetterId(string consumer, Guid eventId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. eventId.ToByteArray(), .. Encoding.UTF8.GetBytes(consumer)], hash);
        return new Guid(hash[..16]);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeadEvent))]
internal sealed partial class DeadEventJson : JsonSerializerContext;
