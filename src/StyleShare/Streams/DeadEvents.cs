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
    public string Source => DeadLetterSources.Event;

    public void Revive(Change change, DeadLetter letter)
    {
        var dead = JsonSerializer.Deserialize(letter.Payload, DeadEventJson.Default.DeadEvent)!;
        change.ForgetHandled(dead.Consumer, dead.Event);
        change.Raise(new OutboxEvent(dead.Event, letter.Kind, letter.Key!, dead.Payload));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeadEvent))]
internal sealed partial class DeadEventJson : JsonSerializerContext;
