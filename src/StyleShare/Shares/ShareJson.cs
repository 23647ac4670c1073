using System.Text.Json.Serialization;

namespace StyleShare.Shares;

/// <summary>How this feature is written as JSON: jobs, and answers that a retried request gets again.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ShareView))]
public sealed partial class ShareJson : JsonSerializerContext;
