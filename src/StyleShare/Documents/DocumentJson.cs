using System.Text.Json.Serialization;

namespace StyleShare.Documents;

/// <summary>How this feature is written as JSON: jobs, and answers that a retried request gets again.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DocumentView))]
[JsonSerializable(typeof(DeleteDocument))]
public sealed partial class DocumentJson : JsonSerializerContext;
