using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Purchases;

/// <summary>A part of a refund that was not taken back yet.</summary>
/// <param name="Reference">How the till calls the purchase.</param>
internal readonly record struct OpenPart(Guid MerchantId, Guid UserId, long Points, Guid TransactionId, string Reference);

/// <summary>Reads what grains and jobs of purchases need; they write through the committer.</summary>
internal sealed class PurchaseStore(NpgsqlDataSource database)
{
    /// <summary>A purchase and its version; null and 0 if there is none.</summary>
    public async Task<(Purchase? Purchase, long Version)> Load(Guid id, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand(
            """
            SELECT merchant_id, user_id, reference, amount, currency, items::text, share_code, earned, unclaimed,
                distributed::text, refunded, occurred_at, created_at, version, transaction_id
            FROM purchases WHERE id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return (null, 0);
        var purchase = new Purchase(
            id,
            MerchantId: reader.GetGuid(0),
            UserId: reader.GetGuid(1),
            Reference: reader.GetString(2),
            Amount: reader.GetInt64(3),
            Currency: reader.GetString(4),
            PurchaseTable.ItemsFromJson(reader.IsDBNull(5) ? null : reader.GetString(5)),
            ShareCode: reader.IsDBNull(6) ? null : reader.GetString(6),
            TransactionId: reader.IsDBNull(14) ? null : reader.GetGuid(14),
            Earned: reader.GetInt64(7),
            Unclaimed: reader.GetInt64(8),
            PurchaseTable.PartsFromJson(reader.IsDBNull(9) ? null : reader.GetString(9)),
            Refunded: reader.GetInt64(10),
            OccurredAt: reader.GetFieldValue<DateTimeOffset>(11),
            CreatedAt: reader.GetFieldValue<DateTimeOffset>(12));
        return (purchase, reader.GetInt64(13));
    }

    /// <summary>What of a refund was not taken back yet.</summary>
    public async Task<ImmutableArray<OpenPart>> OpenParts(Guid refund, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            SELECT p.merchant_id, part.user_id, part.points, part.transaction_id, p.reference
            FROM refund_parts part JOIN refunds r ON r.id = part.refund_id JOIN purchases p ON p.id = r.purchase_id
            WHERE part.refund_id = $1 AND NOT EXISTS (SELECT FROM ledger_transactions t WHERE t.id = part.transaction_id)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = refund });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var parts = ImmutableArray.CreateBuilder<OpenPart>();
        while (await reader.ReadAsync(ct))
            parts.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetGuid(3), reader.GetString(4)));
        return parts.DrainToImmutable();
    }
}
