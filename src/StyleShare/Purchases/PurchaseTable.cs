using System.Collections.Immutable;
using System.Text.Json;
using StyleShare.Jobs;
using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Purchases;

/// <summary>The tables of purchases, and which rows each fact is.</summary>
/// <remarks>
/// Plain statements that name their tables, in place of a table of state: a state row keeps its place among the statements of a
/// group, and so would part those of the ledger into several executions.
/// </remarks>
internal static class PurchaseTable
{
    // A new purchase reads nothing: that there is one already is found by the key, like a second writer.
    private static readonly Statement<Purchase> Insert = new(
        "purchases_add",
        """
        INSERT INTO purchases (id, merchant_id, user_id, reference, amount, currency, items, share_code, transaction_id,
            earned, unclaimed, distributed, refunded, occurred_at, created_at, version)
        SELECT id, merchant_id, user_id, reference, amount, currency, items, share_code, transaction_id,
            earned, unclaimed, distributed, 0, occurred_at, created_at, 1 FROM rows
        """,
        Expect.Any,
        Column.Uuid<Purchase>("id", purchase => purchase.Id),
        Column.Uuid<Purchase>("merchant_id", purchase => purchase.MerchantId),
        Column.Uuid<Purchase>("user_id", purchase => purchase.UserId),
        Column.Text<Purchase>("reference", purchase => purchase.Reference),
        Column.Bigint<Purchase>("amount", purchase => purchase.Amount),
        Column.Text<Purchase>("currency", purchase => purchase.Currency),
        Column.Jsonb<Purchase>("items", purchase => ItemsToJson(purchase.Items)),
        Column.Text<Purchase>("share_code", purchase => purchase.ShareCode),
        Column.Uuid<Purchase>("transaction_id", purchase => purchase.TransactionId),
        Column.Bigint<Purchase>("earned", purchase => purchase.Earned),
        Column.Bigint<Purchase>("unclaimed", purchase => purchase.Unclaimed),
        Column.Jsonb<Purchase>("distributed", purchase => PartsToJson(purchase.Distributed)),
        Column.Timestamptz<Purchase>("occurred_at", purchase => purchase.OccurredAt),
        Column.Timestamptz<Purchase>("created_at", purchase => purchase.CreatedAt))
    {
        FencingConstraint = "purchases_pkey",
        Table = "purchases",
        Key = purchase => purchase.Id.GetHashCode(),
    };

    private static readonly Statement<RefundedRow> Update = new(
        "purchases_refund",
        """
        UPDATE purchases SET refunded = rows.refunded, version = rows.version + 1
        FROM rows WHERE purchases.id = rows.id AND purchases.version = rows.version
        """,
        Expect.EveryRow,
        Column.Uuid<RefundedRow>("id", row => row.Purchase.Id),
        Column.Bigint<RefundedRow>("refunded", row => row.Purchase.Refunded),
        Column.Bigint<RefundedRow>("version", row => row.Version))
    {
        Table = "purchases",
        Key = row => row.Purchase.Id.GetHashCode(),
    };

    private static readonly Statement<Refund> InsertRefund = new(
        "refunds_add",
        "INSERT INTO refunds (id, purchase_id, amount, unclaimed, created_at) SELECT id, purchase_id, amount, unclaimed, created_at FROM rows",
        Expect.Any,
        Column.Uuid<Refund>("id", refund => refund.Id),
        Column.Uuid<Refund>("purchase_id", refund => refund.PurchaseId),
        Column.Bigint<Refund>("amount", refund => refund.Amount),
        Column.Bigint<Refund>("unclaimed", refund => refund.Unclaimed),
        Column.Timestamptz<Refund>("created_at", refund => refund.CreatedAt))
    {
        Table = "refunds",
        Key = refund => refund.Id.GetHashCode(),
    };

    private static readonly Statement<PartRow> InsertPart = new(
        "refund_parts_add",
        """
        INSERT INTO refund_parts (refund_id, user_id, level, points, transaction_id)
        SELECT refund_id, user_id, level, points, transaction_id FROM rows
        """,
        Expect.Any,
        Column.Uuid<PartRow>("refund_id", row => row.Refund),
        Column.Uuid<PartRow>("user_id", row => row.Part.UserId),
        Column.Integer<PartRow>("level", row => row.Part.Level),
        Column.Bigint<PartRow>("points", row => row.Part.Points),
        Column.Uuid<PartRow>("transaction_id", row => PurchaseKeys.ClawBackOf(row.Refund, row.Part.UserId)))
    {
        Table = "refund_parts",
        Key = row => HashCode.Combine(row.Refund, row.Part.UserId),
    };

    /// <summary>Adds the rows of a fact to the change that makes it true.</summary>
    /// <param name="version">The version of the stored purchase; 0 if there is none.</param>
    /// <param name="retryAt">When the job takes back what was not taken back until then.</param>
    public static void Write(Change change, PurchaseFact fact, long version, DateTimeOffset retryAt)
    {
        switch (fact)
        {
            case PurchaseFact.Recorded recorded:
                change.Add(Insert, recorded.Purchase);
                if (recorded.Given is { } given)
                    change.Post(given);
                break;
            case PurchaseFact.Refunded refunded:
                change.Add(Update, new(refunded.Purchase, version));
                change.Add(InsertRefund, refunded.Refund);
                foreach (var part in refunded.Refund.Parts)
                    change.Add(InsertPart, new(refunded.Refund.Id, part));
                if (refunded.GivenBack is { } givenBack)
                    change.Post(givenBack);
                if (!refunded.Refund.Parts.IsEmpty)
                    change.Enqueue(ClawBackJob.Kind, new ClawBack(refunded.Refund.Id), refunded.Refund.Id, notBefore: retryAt);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "No rows are known for this fact.");
        }
    }

    /// <summary>The column <c>items</c>.</summary>
    public static ImmutableArray<PurchaseItem> ItemsFromJson(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, PurchaseJson.Default.ImmutableArrayPurchaseItem);

    /// <summary>The column <c>distributed</c>.</summary>
    public static ImmutableArray<PurchasePart> PartsFromJson(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, PurchaseJson.Default.ImmutableArrayPurchasePart);

    private static string? ItemsToJson(ImmutableArray<PurchaseItem> items) =>
        items.IsEmpty ? null : JsonSerializer.Serialize(items, PurchaseJson.Default.ImmutableArrayPurchaseItem);

    private static string? PartsToJson(ImmutableArray<PurchasePart> parts) =>
        parts.IsEmpty ? null : JsonSerializer.Serialize(parts, PurchaseJson.Default.ImmutableArrayPurchasePart);

    private readonly record struct RefundedRow(Purchase Purchase, long Version);

    private readonly record struct PartRow(Guid Refund, PurchasePart Part);
}
