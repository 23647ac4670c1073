using System.Text.Json.Serialization;

namespace StyleShare.Jobs;

/// <summary>What this feature itself keeps as JSON.</summary>
[JsonSerializable(typeof(IReadOnlyDictionary<string, double>))]
internal sealed partial class JobJson : JsonSerializerContext;
