using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;

namespace StyleShare.Points;

/// <summary>An account as it is stored, and the version of its row; 0 if it has none.</summary>
public readonly record struct StoredAccount(MemberAccount Account, long Version);

/// <summary>Reads members' accounts.</summary>
public sealed class MemberStore(NpgsqlDataSource database)
{
    /// <summary>The key that refuses a second transaction of one id.</summary>
    public const string TransactionKey = "ledger_transactions_pkey";

    // Later than whatever is in a list.
    private static readonly DateTime EndOfTime = new(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private enum Part
    {
        Version,
        Owed,
        Lot,
        Hold,
    }

    /// <summary>All that decisions need, in one statement: it sees one moment, and costs the same however many lines there are.</summary>
    public async Task<StoredAccount> Load(Guid merchant, Guid user)
    {
        await using var command = database.CreateCommand(
            """
            SELECT 0, version, NULL::timestamptz, NULL::uuid, NULL::timestamptz, NULL FROM member_points WHERE account_id = $1
            UNION ALL SELECT 1, -balance, NULL, NULL, NULL, NULL FROM point_accounts WHERE id = $2
            UNION ALL SELECT 2, remaining, NULLIF(expires_at, 'infinity'), NULL, NULL, NULL FROM point_lots
                WHERE account_id = $1 AND remaining > 0
            UNION ALL SELECT 3, points, expires_at, id, created_at, parts::text FROM point_holds WHERE account_id = $1 AND state = 'held'
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = LedgerAccount.Member(merchant, user).Id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = LedgerAccount.Owed(merchant, user).Id });
        await using var reader = await command.ExecuteReaderAsync();
        var (version, owed) = (0L, 0L);
        var lots = ImmutableArray.CreateBuilder<LotPart>();
        var holds = ImmutableArray.CreateBuilder<PointHold>();
        while (await reader.ReadAsync())
        {
            var number = reader.GetInt64(1);
            switch ((Part)reader.GetInt32(0))
            {
                case Part.Version:
                    version = number;
                    break;
                case Part.Owed:
                    owed = number;
                    break;
                case Part.Lot:
                    lots.Add(new(Time(reader, 2), number));
                    break;
                case Part.Hold:
                    holds.Add(new(
                        reader.GetGuid(3), number, Parts(reader.GetString(5)), HoldState.Held, null,
                        reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(2), null));
                    break;
            }
        }

        lots.Sort(Lots.Compare);
        holds.Sort(static (one, other) => (one.ExpiresAt, one.Id).CompareTo((other.ExpiresAt, other.Id)));
        return new(new(merchant, user, lots.DrainToImmutable(), holds.DrainToImmutable(), owed), version);
    }

    /// <summary>A hold of an account, resolved or not; null if it has no such one.</summary>
    public async Task<PointHold?> Hold(Guid merchant, Guid user, Guid hold)
    {
        await using var command = database.CreateCommand($"SELECT {HoldColumns} FROM point_holds WHERE id = $1 AND account_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = hold });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = LedgerAccount.Member(merchant, user).Id });
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? ReadHold(reader) : null;
    }

    /// <summary>The holds of an account, newest first.</summary>
    public async Task<Page<PointHold>> Holds(Guid merchant, Guid user, Position? after, int limit)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT {HoldColumns} FROM point_holds WHERE account_id = $1 AND (created_at, id) < ($2, $3)
            ORDER BY created_at DESC, id DESC LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = LedgerAccount.Member(merchant, user).Id });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = after?.At.UtcDateTime ?? EndOfTime });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after?.Id ?? Guid.AllBitsSet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync();
        var items = ImmutableArray.CreateBuilder<PointHold>(limit);
        while (await reader.ReadAsync())
        {
            if (items.Count == limit)
                return new(items.DrainToImmutable(), new(items[^1].CreatedAt, items[^1].Id));
            items.Add(ReadHold(reader));
        }

        return new(items.DrainToImmutable(), null);
    }

    /// <summary>What a claw-back took and what was left to owe; null if it never was.</summary>
    public async Task<ClawBackResult?> ClawedBack(Guid transaction, Guid merchant, Guid user)
    {
        await using var command = database.CreateCommand("SELECT account_id, points FROM ledger_lines WHERE transaction_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = transaction });
        await using var reader = await command.ExecuteReaderAsync();
        var (member, debt) = (LedgerAccount.Member(merchant, user).Id, LedgerAccount.Owed(merchant, user).Id);
        ClawBackResult? result = null;
        while (await reader.ReadAsync())
        {
            var (account, points) = (reader.GetGuid(0), reader.GetInt64(1));
            if (account == member)
                result = new(-points, result?.Owed ?? 0);
            else if (account == debt)
                result = new(result?.Taken ?? 0, -points);
        }

        return result;
    }

    /// <summary>Accounts with lots that are over, in the order of their ends; some at a time.</summary>
    /// <param name="after">The lot at which the part before ended.</param>
    public async Task<ImmutableArray<DueLot>> DueLots(DateTimeOffset now, DueLot? after, int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            SELECT l.expires_at, l.account_id, a.merchant_id, a.user_id FROM point_lots l JOIN point_accounts a ON a.id = l.account_id
            WHERE l.expires_at <= $1 AND l.expires_at < 'infinity' AND (l.expires_at, l.account_id) > ($2, $3)
            ORDER BY l.expires_at, l.account_id LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = after?.ExpiresAt.UtcDateTime ?? DateTime.UnixEpoch });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after?.AccountId ?? Guid.Empty });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lots = ImmutableArray.CreateBuilder<DueLot>();
        while (await reader.ReadAsync(ct))
            lots.Add(new(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetGuid(3)));
        return lots.DrainToImmutable();
    }

    private const string HoldColumns = "id, points, parts::text, state, captured_points, created_at, expires_at, resolved_at";

    private static PointHold ReadHold(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetInt64(1), Parts(reader.GetString(2)), HoldStates.Parse(reader.GetString(3)),
        reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.GetFieldValue<DateTimeOffset>(5),
        reader.GetFieldValue<DateTimeOffset>(6), Time(reader, 7));

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private static ImmutableArray<LotPart> Parts(string json) =>
        JsonSerializer.Deserialize(json, PointsJson.Default.ImmutableArrayLotPart);
}

/// <summary>A lot that is over.</summary>
public readonly record struct DueLot(DateTimeOffset ExpiresAt, Guid AccountId, Guid MerchantId, Guid UserId);
