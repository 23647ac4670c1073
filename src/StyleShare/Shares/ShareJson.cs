using System.Text.Json.Serialization;
using StyleShare.Shares.Channels;

namespace StyleShare.Shares;

/// <summary>How this feature is written as JSON: jobs, and answers that a retried request gets again.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ShareView))]
[JsonSerializable(typeof(SendShare))]
public sealed partial class ShareJson : JsonSerializerContext;
