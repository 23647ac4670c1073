using System.Globalization;
using Npgsql;

namespace StyleShare.Feeds;

/// <summary>Reads the log of published posts in commit order, each row once, without waiting for transactions still open.</summary>
/// <remarks>
/// Rows carry the number of their transaction, which is given out before the commit: what commits later may have a lower one.
/// So each poll keeps its snapshot, and the next asks for what that one did not see: transactions that were open then
/// (<c>xip</c>) or came later (from <c>xmax</c>). Both are looked up by index, so one that stays open for long costs
/// nothing. See PostgreSQL, 9.27.8 (transaction ID and snapshot information functions). Not thread-safe.
/// </remarks>
public sealed class PostLogReader(NpgsqlDataSource database)
{
    private const string FirstSql = "SELECT pg_current_snapshot()::text";

    // The snapshot stands where the planner can see its value: so it knows that few rows are behind it.
    private const string NextSql = """
        WITH news AS (
            SELECT post_id, author_id FROM post_log WHERE xid >= pg_snapshot_xmax($1::text::pg_snapshot)
            UNION ALL
            SELECT post_id, author_id FROM post_log WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::text::pg_snapshot))))
        SELECT pg_current_snapshot()::text, post_id, author_id FROM (SELECT 1) one LEFT JOIN news ON true ORDER BY post_id
        """;

    private string? _snapshot;

    /// <summary>Reads what was committed since the last time.</summary>
    /// <param name="news">Gets the posts, in the order of their ids.</param>
    /// <returns>False if this is the first time, or the database is not the one of last time but an older copy: what was
    /// committed before is not told, and reading starts from here.</returns>
    public async Task<bool> Read(List<FeedEntry> news, TimeSpan timeout, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(_snapshot is null ? FirstSql : NextSql);
        command.CommandTimeout = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        if (_snapshot is not null)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _snapshot });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        string? snapshot = null;
        while (await reader.ReadAsync(cancellation))
        {
            snapshot = reader.GetString(0);
            if (reader.FieldCount > 1 && !await reader.IsDBNullAsync(1, cancellation))
                news.Add(new(reader.GetGuid(1), reader.GetGuid(2)));
        }

        var continues = _snapshot is not null && EndOf(snapshot!) >= EndOf(_snapshot);
        _snapshot = snapshot;
        if (!continues)
            news.Clear();
        return continues;
    }

    /// <summary>Starts anew: the next read is a first one.</summary>
    public void Forget() => _snapshot = null;

    /// <summary>Deletes the oldest rows if they are older than this. Looks at no more than it may delete.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> Prune(TimeSpan retention, int batch, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            DELETE FROM post_log WHERE ctid = ANY (ARRAY(
                SELECT row FROM (SELECT ctid AS row, at FROM post_log ORDER BY xid LIMIT $2) oldest
                WHERE at < now() - $1))
            """);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = retention });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = batch });
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    // A snapshot is written xmin:xmax:xip,…; xmax is one more than the highest transaction that had ended, so it never falls.
    private static ulong EndOf(string snapshot) => ulong.Parse(snapshot.Split(':')[1], CultureInfo.InvariantCulture);
}
