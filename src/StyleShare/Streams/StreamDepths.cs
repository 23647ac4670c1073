using System.Collections.Immutable;
using Npgsql;

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

    public async Task<ImmutableArray<QueueDepth>> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var depths = ImmutableArray.CreateBuilder<QueueDepth>();
        while (await reader.ReadAsync(cancellation))
        {
            depths.Add(new QueueDepth(
                "events", reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), Running: 0, reader.GetTimeSpan(3), DonePerSecond: null));
        }

        return depths.DrainToImmutable();
    }
}
