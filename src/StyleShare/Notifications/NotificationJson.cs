using System.Text.Json.Serialization;

namespace StyleShare.Notifications;

/// <summary>How events and jobs of this feature are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<SystemNotice>))]
[JsonSerializable(typeof(TellOfLine))]
[JsonSerializable(typeof(PushToDevice))]
internal sealed partial class NotificationJson : JsonSerializerContext;
