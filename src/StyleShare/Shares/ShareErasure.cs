using System.Collections.Immutable;
using Npgsql;
using StyleShare.Points;

namespace StyleShare.Shares;

/// <summary>Finds what a person shared and through whom they came, for the erasure of their account: some at a time.</summary>
/// <remarks>What it names is to be ended through the grains; then the next call names others.</remarks>
public sealed class ShareErasure(NpgsqlDataSource database)
{
    /// <summary>Codes of shares of the person.</summary>
    public Task<ImmutableArray<string>> SharesBy(Guid user, int limit) => Read(
        "SELECT code FROM shares WHERE owner_id = $1 AND ended_at IS NULL LIMIT $2", user, limit, row => row.GetString(0));

    /// <summary>Keys of the <see cref="IReferralGrain"/>s that know the person: as who came, or as through whom somebody came.</summary>
    public Task<ImmutableArray<string>> TouchesOf(Guid user, int limit) => Read(
        """
        (SELECT merchant_id, user_id FROM first_touches WHERE user_id = $1 LIMIT $2)
        UNION (SELECT merchant_id, user_id FROM first_touches WHERE through_id = $1 LIMIT $2)
        """,
        user, limit, row => MemberKeys.Of(row.GetGuid(0), row.GetGuid(1)));

    private async Task<ImmutableArray<T>> Read<T>(string sql, Guid user, int limit, Func<NpgsqlDataReader, T> item)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync();
        var found = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync())
            found.Add(item(reader));
        return found.DrainToImmutable();
    }
}
