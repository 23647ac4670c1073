using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Purchases;

/// <summary>Lists of purchases, by index from the database, newest first, a page at a time.</summary>
/// <remarks>A page starts behind the last entry of the one before, by key, so new entries shift nothing.</remarks>
public sealed class PurchaseQueries(NpgsqlDataSource database)
{
    // Newest first: the first page starts behind a place that nothing is at.
    private static readonly Position Start = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    /// <summary>What was bought in a shop.</summary>
    public Task<Page<PurchaseView>> OfMerchant(Guid merchant, Position? before, int limit, CancellationToken ct = default) =>
        Read("merchant_id", merchant, before, limit, ct);

    /// <summary>What a person bought, in all shops.</summary>
    public Task<Page<PurchaseView>> OfUser(Guid user, Position? before, int limit, CancellationToken ct = default) =>
        Read("user_id", user, before, limit, ct);

    private async Task<Page<PurchaseView>> Read(string column, Guid of, Position? before, int limit, CancellationToken ct)
    {
        var (at, id) = before ?? Start;
        await using var command = database.CreateCommand(
            $"""
            SELECT id, merchant_id, reference, user_id, amount, currency, items::text, share_code, earned, refunded, occurred_at, created_at
            FROM purchases WHERE {column} = $1 AND (created_at, id) < ($2, $3)
            ORDER BY created_at DESC, id DESC LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = of });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var items = ImmutableArray.CreateBuilder<PurchaseView>(limit);
        while (await reader.ReadAsync(ct))
        {
            if (items.Count == limit)
            {
                var last = items[^1];
                return new(items.DrainToImmutable(), new(last.CreatedAt, last.Id));
            }

            items.Add(View(reader));
        }

        return new(items.DrainToImmutable(), null);
    }

    private static PurchaseView View(NpgsqlDataReader row) => new(
        Id: row.GetGuid(0),
        MerchantId: row.GetGuid(1),
        Reference: row.GetString(2),
        UserId: row.GetGuid(3),
        Amount: row.GetInt64(4),
        Currency: row.GetString(5),
        PurchaseTable.ItemsFromJson(row.IsDBNull(6) ? null : row.GetString(6)),
        ShareCode: row.IsDBNull(7) ? null : row.GetString(7),
        Earned: row.GetInt64(8),
        Refunded: row.GetInt64(9),
        OccurredAt: row.GetFieldValue<DateTimeOffset>(10),
        CreatedAt: row.GetFieldValue<DateTimeOffset>(11));
}
