using System.Collections.Immutable;
using System.Text.Json;
using StyleShare.Storage;

namespace StyleShare.Shops;

/// <summary>The table of shops.</summary>
internal static class MerchantTable
{
    /// <summary>One row a shop.</summary>
    public static readonly StateTable<Merchant> State = new(
        "merchants",
        Column.Uuid<Merchant>("id", merchant => merchant.Id),
        Column.Uuid<Merchant>("owner_id", merchant => merchant.OwnerId),
        Column.Text<Merchant>("name", merchant => merchant.Name),
        Column.Text<Merchant>("currency", merchant => merchant.Currency),
        Column.Jsonb<Merchant>("program", merchant => JsonSerializer.Serialize(merchant.Program, ShopJson.Default.PointsProgram)),
        Column.Jsonb<Merchant>("keys", merchant => JsonSerializer.Serialize(merchant.Keys, ShopJson.Default.ImmutableArrayMerchantKey)),
        Column.Timestamptz<Merchant>("created_at", merchant => merchant.CreatedAt),
        Column.Timestamptz<Merchant>("edited_at", merchant => merchant.EditedAt));

    /// <summary>The column <c>program</c>.</summary>
    public static PointsProgram ReadProgram(string json) => JsonSerializer.Deserialize(json, ShopJson.Default.PointsProgram)!;

    /// <summary>The column <c>keys</c>.</summary>
    public static ImmutableArray<MerchantKey> ReadKeys(string json) =>
        JsonSerializer.Deserialize(json, ShopJson.Default.ImmutableArrayMerchantKey);
}
