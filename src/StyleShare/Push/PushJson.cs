using System.Text.Json.Serialization;

namespace StyleShare.Push;

/// <summary>How pushes are written into the development outbox, and into whatever keeps them until they are sent.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PushMessage))]
[JsonSerializable(typeof(PushTarget))]
public sealed partial class PushJson : JsonSerializerContext;
