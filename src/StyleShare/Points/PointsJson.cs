using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StyleShare.Points;

/// <summary>How points are written as JSON: parts of holds, jobs, and answers that a retried request gets again.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableArray<LotPart>))]
[JsonSerializable(typeof(ExpireHold))]
[JsonSerializable(typeof(Redemption))]
[JsonSerializable(typeof(Gift))]
[JsonSerializable(typeof(PointsBalance))]
public sealed partial class PointsJson : JsonSerializerContext;
