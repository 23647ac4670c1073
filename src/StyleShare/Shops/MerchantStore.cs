using Npgsql;

namespace StyleShare.Shops;

/// <summary>Reads what the grain of one shop needs; it writes through the committer.</summary>
internal sealed class MerchantStore(NpgsqlDataSource database)
{
    /// <summary>A shop and its version; null and 0 if there is none.</summary>
    public async Task<(Merchant? Merchant, long Version)> Load(Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            SELECT owner_id, name, currency, program::text, keys::text, created_at, edited_at, version FROM merchants WHERE id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return (null, 0);
        var merchant = new Merchant(
            id,
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            MerchantTable.ReadProgram(reader.GetString(3)),
            MerchantTable.ReadKeys(reader.GetString(4)),
            reader.GetFieldValue<DateTimeOffset>(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6));
        return (merchant, reader.GetInt64(7));
    }
}
