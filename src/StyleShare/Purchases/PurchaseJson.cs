using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StyleShare.Purchases;

/// <summary>How purchases are written as JSON: in the database, as answers that a retried request gets again, and in jobs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImmutableArray<PurchaseItem>))]
[JsonSerializable(typeof(ImmutableArray<PurchasePart>))]
[JsonSerializable(typeof(RecordedPurchase))]
[JsonSerializable(typeof(RefundedPurchase))]
[JsonSerializable(typeof(ClawBack))]
public sealed partial class PurchaseJson : JsonSerializerContext;
