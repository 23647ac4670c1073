using System.Text.Json.Serialization;

namespace StyleShare.Silos;

/// <summary>How the registry's JSON is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SiloMetrics))]
[JsonSerializable(typeof(ScaleLoad))]
[JsonSerializable(typeof(DrainAsked))]
public sealed partial class SiloJson : JsonSerializerContext;
