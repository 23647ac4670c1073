using Npgsql;
using NpgsqlTypes;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>A page of some partition.</summary>
internal readonly record struct PartitionPage(PartitionBuffer Buffer, PageRequest Request);

/// <summary>Reads events and deletes them. Everything goes by index, and costs what it brings.</summary>
internal sealed class OutboxTable(StreamSource source)
{
    private const string Columns = "o.xid, o.position, o.id, o.stream_namespace, o.stream_key, o.payload, o.created_at";

    // One statement is one snapshot, which comes in the first row. Each page is a short walk along the index.
    internal const string ReadSql =
        $"""
        SELECT pg_current_snapshot()::text, NULL::integer, NULL::xid8, NULL::bigint, NULL::uuid, NULL, NULL, NULL::jsonb, NULL::timestamptz
        UNION ALL
        SELECT NULL, page.number, o.* FROM unnest($1, $2, $3, $4, $5) AS page(number, partition, xid, position, most)
        CROSS JOIN LATERAL (
            SELECT {Columns} FROM outbox o
            WHERE o.partition = page.partition AND (o.xid, o.position) > (page.xid, page.position) AND o.not_before IS NULL
            ORDER BY o.xid, o.position LIMIT page.most) o
        UNION ALL
        SELECT NULL, page.number, o.* FROM unnest($6, $7, $8, $9, $10) AS page(number, partition, xid, position, most)
        CROSS JOIN LATERAL (
            SELECT {Columns} FROM outbox o
            WHERE o.partition = page.partition AND o.xid = page.xid AND o.position > page.position AND o.not_before IS NULL
            ORDER BY o.xid, o.position LIMIT page.most) o
        """;

    // What has become due is an event of this transaction from now on. Any silo may do it for all.
    internal const string PromoteSql =
        """
        UPDATE outbox SET not_before = NULL, xid = pg_current_xact_id() WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM outbox WHERE not_before <= now() ORDER BY not_before LIMIT $1 FOR UPDATE SKIP LOCKED))
        """;

    internal const string NextDueSql =
        "SELECT extract(epoch FROM not_before - now())::double precision FROM outbox WHERE not_before IS NOT NULL ORDER BY not_before LIMIT 1";

    // Of a restored dump: its transactions may be ahead of this server's, and would hide those that follow.
    private const string AdoptSql =
        """
        UPDATE outbox SET xid = pg_current_xact_id()
        WHERE partition = $1 AND not_before IS NULL AND xid >= pg_snapshot_xmax(pg_current_snapshot())
        """;

    // Names the epoch: a former owner that was frozen meanwhile deletes nothing. Each key is looked up by itself: planned when the
    // outbox was empty, a join compared every row with every key, and thousands took longer than a command may.
    internal const string DeleteSql =
        """
        DELETE FROM outbox WHERE ctid = ANY (ARRAY (
            SELECT o.ctid FROM unnest($1, $2, $3, $4) AS done(partition, epoch, xid, position)
            CROSS JOIN LATERAL (
                SELECT ctid FROM outbox
                WHERE partition = done.partition AND xid = done.xid AND position = done.position AND not_before IS NULL OFFSET 0) AS o
            WHERE EXISTS (SELECT FROM stream_leases l WHERE l.partition = done.partition AND l.epoch = done.epoch)))
        """;

    /// <summary>Reads pages of several partitions.</summary>
    /// <returns>What each page brought, in the order of keys, and what the statement could see.</returns>
    public async Task<(TransactionSnapshot Snapshot, List<OutboxRow>[] Rows)> Read(
        IReadOnlyList<PartitionPage> pages, CancellationToken cancellation)
    {
        var read = new NpgsqlBatchCommand(ReadSql);
        AddPages(read, pages, gaps: false);
        AddPages(read, pages, gaps: true);
        await using var batch = source.Batch(read);
        await using var reader = await source.ReadAsync(batch, cancellation);
        await reader.ReadAsync(cancellation);
        var snapshot = TransactionSnapshot.Parse(reader.GetString(0));
        var rows = new List<OutboxRow>[pages.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = [];
        while (await reader.ReadAsync(cancellation))
            rows[reader.GetInt32(1)].Add(RowOf(reader));

        // It comes in this order as plans are; nothing but an ORDER BY over all promises it.
        foreach (var page in rows)
            page.Sort(static (a, b) => a.Key.CompareTo(b.Key));
        return (snapshot, rows);
    }

    /// <summary>Lets what is due be read. Returns how many, and after which time the next is due (null: none).</summary>
    public async Task<(int Promoted, TimeSpan? Next)> Promote(int most, CancellationToken cancellation)
    {
        var promote = new NpgsqlBatchCommand(PromoteSql) { Parameters = { new NpgsqlParameter<int> { TypedValue = most } } };
        await using var batch = source.Batch(promote, new NpgsqlBatchCommand(NextDueSql));
        await using var reader = await source.ReadAsync(batch, cancellation);
        TimeSpan? next = await reader.ReadAsync(cancellation)
            ? TimeSpan.FromSeconds(Math.Clamp(reader.GetDouble(0), 0, 86_400))
            : null;
        return ((int)promote.RecordsAffected, next);
    }

    /// <summary>Makes events that a restored dump brought readable; nothing otherwise.</summary>
    public async Task Adopt(int partition, CancellationToken cancellation)
    {
        var adopt = new NpgsqlBatchCommand(AdoptSql);
        adopt.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)partition });
        await using var batch = source.Batch(adopt);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Deletes events of partitions of this silo.</summary>
    public async Task Delete(IReadOnlyList<(Lease Lease, OutboxKey Key)> done, CancellationToken cancellation)
    {
        var delete = new NpgsqlBatchCommand(DeleteSql);
        Add(delete, NpgsqlDbType.Smallint, [.. done.Select(d => (short)d.Lease.Partition)]);
        Add(delete, NpgsqlDbType.Bigint, [.. done.Select(d => d.Lease.Epoch)]);
        Add(delete, NpgsqlDbType.Xid8, [.. done.Select(d => d.Key.Xid)]);
        Add(delete, NpgsqlDbType.Bigint, [.. done.Select(d => d.Key.Position)]);
        await using var batch = source.Batch(delete);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Tells other silos that there is something to read.</summary>
    public async Task Notify(string payload, CancellationToken cancellation)
    {
        await using var command = source.DataSource.CreateCommand("SELECT pg_notify($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Outbox.Signal });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payload });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void AddPages(NpgsqlBatchCommand command, IReadOnlyList<PartitionPage> pages, bool gaps)
    {
        List<int> numbers = [];
        for (var i = 0; i < pages.Count; i++)
        {
            if (pages[i].Request.Kind == PageKind.Gap == gaps)
                numbers.Add(i);
        }

        Add(command, NpgsqlDbType.Integer, [.. numbers]);
        Add(command, NpgsqlDbType.Smallint, [.. numbers.Select(i => (short)pages[i].Buffer.Lease.Partition)]);
        Add(command, NpgsqlDbType.Xid8, [.. numbers.Select(i => pages[i].Request.After.Xid)]);
        Add(command, NpgsqlDbType.Bigint, [.. numbers.Select(i => pages[i].Request.After.Position)]);
        Add(command, NpgsqlDbType.Integer, [.. numbers.Select(i => pages[i].Request.Limit)]);
    }

    private static void Add<T>(NpgsqlBatchCommand command, NpgsqlDbType type, T[] values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });

    private static OutboxRow RowOf(NpgsqlDataReader reader) => new(
        new OutboxKey(reader.GetFieldValue<ulong>(2), reader.GetInt64(3)),
        StreamId.Create(reader.GetString(5), reader.GetString(6)),
        reader.GetGuid(4),
        reader.GetString(7),
        new DateTimeOffset(reader.GetDateTime(8)));
}
