using System.Collections.Immutable;
using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>How many events wait, by their streams' namespace. Reads the outbox through; a million delayed ones take some tenths of a second.</summary>
internal sealed class StreamDepths(NpgsqlDataSource database) : IQueueDepths
{
    private const string Sql =
        """
        SELECT stream_namespace, count(*), count(*) FILTER (WHERE not_before IS NULL),
            coalesce(greatest(now() - min(created_at) FILTER (WHERE not_before IS NULL), '0'), '0')
        FROM outbox GROUP BY stream_namespace ORDER BY stream_namespace
        """;

    // The head of each partition. One that was delayed seems as old as it is, but is gone at the next look.
    private const string OldestSql =
        """
        SELECT coalesce(max(now() - head.created_at), '0') FROM generate_series(0, $1 - 1) AS number CROSS JOIN LATERAL (
            SELECT created_at FROM outbox WHERE partition = number::smallint AND not_before IS NULL ORDER BY xid, position LIMIT 1) AS head
        """;

    public string Type => "events";

    public async Task<ImmutableArray<QueueDepth>> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var depths = ImmutableArray.CreateBuilder<QueueDepth>();
        while (await reader.ReadAsync(cancellation))
        {
            depths.Add(new QueueDepth(
                Type, reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), Running: 0, reader.GetTimeSpan(3), DonePerSecond: null));
        }

        return depths.DrainToImmutable();
    }

    public async Task<TimeSpan> OldestDue(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(OldestSql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Outbox.Partitions });
        return (TimeSpan)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
