using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StyleShare.Shops;

/// <summary>How shops are written as JSON: in the database, and as answers that a retried request gets again.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PointsProgram))]
[JsonSerializable(typeof(ImmutableArray<MerchantKey>))]
[JsonSerializable(typeof(OpenedMerchant))]
[JsonSerializable(typeof(AddedKey))]
public sealed partial class ShopJson : JsonSerializerContext;
