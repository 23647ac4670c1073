using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Npgsql;

namespace StyleShare.Points;

/// <summary>Reads the ledger by index, a page at a time.</summary>
public sealed class LedgerStore(NpgsqlDataSource database)
{
    private const string Entries = """
        SELECT l.transaction_id, l.seq, l.kind, l.points, l.balance_after, t.reference, t.created_at, l.expires_at, t.note, t.operator
        FROM ledger_lines l JOIN ledger_transactions t ON t.id = l.transaction_id
        WHERE l.account_id = $1 AND
        """;

    private const string Newest = $"{Entries} l.seq < $2 ORDER BY l.seq DESC LIMIT $3";
    private const string Oldest = $"{Entries} l.seq > $2 ORDER BY l.seq LIMIT $3";

    /// <summary>The lines of a member's account, newest first.</summary>
    /// <param name="account">A member's account.</param>
    /// <param name="after">Where the page starts; null for the newest.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<Page<LedgerEntry>> List(
        LedgerAccount account, Position? after, int limit, CancellationToken cancellation = default)
    {
        var before = after is { } position ? LedgerEntry.SeqOf(position) : long.MaxValue;
        var entries = await Read(Newest, account, before, limit + 1, cancellation);
        return entries.Length <= limit
            ? new(entries, Next: null)
            : new(entries[..limit], entries[limit - 1].Position);
    }

    /// <summary>All lines of a member's account, oldest first, as they are when asked. Between pages nothing is held open.</summary>
    /// <param name="account">A member's account.</param>
    /// <param name="page">How many lines are read at a time.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<LedgerEntry> Statement(
        LedgerAccount account, int page, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var last = 0L;
        ImmutableArray<LedgerEntry> entries;
        do
        {
            entries = await Read(Oldest, account, last, page, cancellation);
            foreach (var entry in entries)
            {
                yield return entry;
                last = entry.Seq;
            }
        }
        while (entries.Length == page);
    }

    /// <summary>Whether the account was ever used.</summary>
    public async Task<bool> Exists(LedgerAccount account, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand("SELECT 1 FROM point_accounts WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account.Id });
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    /// <summary>The shops in which a person has, had, or owes points.</summary>
    public async Task<Page<Guid>> ShopsOf(Guid user, Position? after, int limit, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand(
            """
            SELECT DISTINCT merchant_id FROM point_accounts
            WHERE user_id = $1 AND merchant_id > $2 ORDER BY merchant_id LIMIT $3
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after?.Id ?? Guid.Empty });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var shops = ImmutableArray.CreateBuilder<Guid>();
        while (await reader.ReadAsync(cancellation))
            shops.Add(reader.GetGuid(0));
        return shops.Count <= limit
            ? new(shops.DrainToImmutable(), Next: null)
            : new([.. shops.Take(limit)], new Position(DateTimeOffset.UnixEpoch, shops[limit - 1]));
    }

    private async Task<ImmutableArray<LedgerEntry>> Read(
        string sql, LedgerAccount account, long seq, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account.Id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = seq });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = ImmutableArray.CreateBuilder<LedgerEntry>();
        while (await reader.ReadAsync(cancellation))
        {
            entries.Add(new LedgerEntry(
                reader.GetGuid(0),
                reader.GetInt64(1),
                EntryKinds.Parse(reader.GetString(2)),
                reader.GetInt64(3),
                reader.GetInt64(4),
                reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
                reader.IsDBNull(8) ? null : reader.GetString(8),
                reader.IsDBNull(9) ? null : reader.GetString(9)));
        }

        return entries.DrainToImmutable();
    }
}
