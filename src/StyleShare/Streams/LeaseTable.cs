using Npgsql;
using NpgsqlTypes;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>What one round of renewing brought.</summary>
/// <param name="Renewed">Partitions that are still this silo's.</param>
/// <param name="Taken">Partitions that are now, with their epochs.</param>
/// <param name="Share">How many a silo should have.</param>
internal sealed record LeaseRound(HashSet<int> Renewed, List<(int Partition, long Epoch)> Taken, int Share);

/// <summary>The tables of leases. All times are the database's, so that silos' clocks do not matter.</summary>
internal sealed class LeaseTable(StreamSource source)
{
    private const string SeenSql =
        """
        INSERT INTO stream_readers (id, until) VALUES ($1, now() + $2)
        ON CONFLICT (id) DO UPDATE SET until = excluded.until
        """;

    private const string ForgetDeadSql = "DELETE FROM stream_readers WHERE until < now() - interval '1 minute'";

    private const string ReleaseSql =
        "UPDATE stream_leases SET owner = NULL, until = NULL WHERE owner = $1 AND partition = ANY ($2)";

    // One that has run out is never renewed, even if nobody has taken it: its reader has stopped.
    private const string RenewSql =
        """
        UPDATE stream_leases l SET until = now() + $2 FROM unnest($3, $4) AS held(partition, epoch)
        WHERE l.partition = held.partition AND l.epoch = held.epoch AND l.owner = $1 AND l.until > now()
        RETURNING l.partition
        """;

    // In random order, so that silos that start together do not all want the same.
    private const string TakeSql =
        """
        WITH readers AS (SELECT greatest(1, count(*)) AS n FROM stream_readers WHERE until > now()),
        mine AS (SELECT count(*) AS n FROM stream_leases WHERE owner = $1 AND until > now()),
        free AS (
            SELECT partition FROM stream_leases WHERE (until IS NULL OR until <= now()) AND partition <> ALL ($3)
            ORDER BY random()
            LIMIT greatest(0, (SELECT ceil($4::numeric / n) FROM readers) - (SELECT n FROM mine))
            FOR UPDATE SKIP LOCKED)
        UPDATE stream_leases l SET owner = $1, epoch = l.epoch + 1, until = now() + $2 FROM free
        WHERE l.partition = free.partition
        RETURNING l.partition, l.epoch
        """;

    private const string ShareSql =
        "SELECT ceil($1::numeric / greatest(1, count(*)))::integer FROM stream_readers WHERE until > now()";

    private const string LeaveSql = "DELETE FROM stream_readers WHERE id = $1";

    /// <summary>Says that the reader lives, renews its leases, lets some go, and takes free ones up to its share.</summary>
    /// <param name="reader">This silo.</param>
    /// <param name="lasts">How long leases last from now on.</param>
    /// <param name="held">Those to be renewed.</param>
    /// <param name="released">Those to be let go.</param>
    /// <param name="notTaken">Those not to be taken now.</param>
    public async Task<LeaseRound> Renew(
        Guid reader,
        TimeSpan lasts,
        IReadOnlyList<Lease> held,
        IReadOnlyList<int> released,
        IReadOnlyList<int> notTaken,
        CancellationToken cancellation)
    {
        await using var batch = source.Batch();
        Add(batch, SeenSql, Id(reader), Span(lasts));
        Add(batch, ForgetDeadSql);
        if (released.Count > 0)
            Add(batch, ReleaseSql, Id(reader), Partitions(released));
        Add(batch, RenewSql, Id(reader), Span(lasts), Partitions(held.Select(l => l.Partition)), Epochs(held));
        Add(batch, TakeSql, Id(reader), Span(lasts), Partitions(notTaken), All());
        Add(batch, ShareSql, All());

        await using var answers = await source.ReadAsync(batch, cancellation);
        HashSet<int> renewed = [];
        while (await answers.ReadAsync(cancellation))
            renewed.Add(answers.GetInt16(0));
        await answers.NextResultAsync(cancellation);
        List<(int, long)> taken = [];
        while (await answers.ReadAsync(cancellation))
            taken.Add((answers.GetInt16(0), answers.GetInt64(1)));
        await answers.NextResultAsync(cancellation);
        await answers.ReadAsync(cancellation);
        return new LeaseRound(renewed, taken, answers.GetInt32(0));
    }

    /// <summary>The reader ends: others may take what it had at once.</summary>
    public async Task Leave(Guid reader, CancellationToken cancellation)
    {
        await using var batch = source.Batch();
        Add(batch, "UPDATE stream_leases SET owner = NULL, until = NULL WHERE owner = $1", Id(reader));
        Add(batch, LeaveSql, Id(reader));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static void Add(NpgsqlBatch batch, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<int> All() => new() { TypedValue = Outbox.Partitions };

    private static NpgsqlParameter<Guid> Id(Guid reader) => new() { TypedValue = reader };

    private static NpgsqlParameter<TimeSpan> Span(TimeSpan span) => new() { TypedValue = span };

    private static NpgsqlParameter<short[]> Partitions(IEnumerable<int> partitions) => new()
    {
        TypedValue = [.. partitions.Select(p => (short)p)],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint,
    };

    private static NpgsqlParameter<long[]> Epochs(IEnumerable<Lease> leases) => new()
    {
        TypedValue = [.. leases.Select(l => l.Epoch)],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
    };
}
