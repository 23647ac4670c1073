using Npgsql;
using NpgsqlTypes;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>How many jobs of a kind a worker takes, and where it starts to look.</summary>
/// <param name="Since">Due times before it are passed over; null to look from the beginning.</param>
internal readonly record struct JobRoom(string Kind, int Free, DateTimeOffset? Since);

/// <summary>A claimed row.</summary>
internal readonly record struct ClaimedJob(
    Guid Id, string Kind, string? Key, string Payload, int Try, string? Errors, DateTimeOffset DueAt);

/// <summary>Claims jobs, over a connection of its own: a pool that is exhausted holds up no job.</summary>
internal sealed class JobClaims(LaneDataSource source) : IAsyncDisposable
{
    /// <summary>Planned once, for any number of kinds and jobs: from the beginning of a kind's part of the index.</summary>
    internal static readonly SessionSettings Settings = new(
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
        ("enable_sort", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("jit", "off"));

    /// <summary>
    /// Rows that another worker is claiming are passed over. Entries of jobs that were claimed stay in the index for a
    /// while, so a worker with much to do starts behind those that it knows of (<c>since</c>).
    /// </summary>
    internal const string Claim =
        """
        UPDATE jobs SET worker = $1, tries = tries + 1, started_at = now(), percent = NULL WHERE ctid = ANY (ARRAY (
            SELECT due.ctid FROM unnest($2, $3, $4) AS room (kind, free, since) CROSS JOIN LATERAL (
                SELECT jobs.ctid FROM jobs
                WHERE jobs.kind = room.kind AND worker IS NULL AND due_at >= room.since AND due_at <= now()
                ORDER BY due_at, id LIMIT room.free FOR UPDATE SKIP LOCKED) AS due))
        RETURNING id, kind, key, payload::text, tries, errors::text, due_at
        """;

    private NpgsqlConnection? _connection;

    /// <summary>Claims jobs that are due, in no order.</summary>
    public Task<List<ClaimedJob>> Take(Guid worker, IReadOnlyList<JobRoom> rooms, CancellationToken ct) => Execute(
        Claim,
        async batch =>
        {
            List<ClaimedJob> claimed = [];
            await using var reader = await source.ReadAsync(batch, ct);
            while (await reader.ReadAsync(ct))
                claimed.Add(Row(reader));
            return claimed;
        },
        ct,
        new NpgsqlParameter<Guid> { TypedValue = worker },
        new NpgsqlParameter<string[]> { TypedValue = [.. rooms.Select(room => room.Kind)] },
        new NpgsqlParameter<int[]> { TypedValue = [.. rooms.Select(room => room.Free)] },
        new NpgsqlParameter<DateTime[]>
        {
            TypedValue = [.. rooms.Select(room => room.Since?.UtcDateTime ?? DateTime.UnixEpoch)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
        });

    /// <summary>Gives back the jobs of a worker that it does not know of.</summary>
    public Task ReturnUnknown(Guid worker, Guid[] known, CancellationToken ct) => Execute(
        """
        UPDATE jobs SET worker = NULL, started_at = NULL, tries = greatest(tries - 1, 0)
        WHERE worker = $1 AND worker IS NOT NULL AND id <> ALL ($2)
        """,
        batch => batch.ExecuteNonQueryAsync(ct),
        ct,
        new NpgsqlParameter<Guid> { TypedValue = worker },
        new NpgsqlParameter<Guid[]> { TypedValue = known });

    /// <summary>Tells other silos that there is more than this one has room for.</summary>
    public Task CallOthers(CancellationToken ct) =>
        Execute($"NOTIFY {JobSql.Signal}", batch => batch.ExecuteNonQueryAsync(ct), ct);

    public async ValueTask DisposeAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private static ClaimedJob Row(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetString(1),
        reader.IsDBNull(2) ? null : reader.GetString(2),
        reader.GetString(3),
        reader.GetInt32(4),
        reader.IsDBNull(5) ? null : reader.GetString(5),
        reader.GetFieldValue<DateTimeOffset>(6));

    private async Task<T> Execute<T>(
        string sql, Func<NpgsqlBatch, Task<T>> execute, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        try
        {
            _connection ??= await source.OpenAsync(Settings, ct);
            await using var batch = source.Batch(Settings, _connection, Statement(sql, parameters));
            return await execute(batch);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    internal static NpgsqlBatchCommand Statement(string sql, IEnumerable<NpgsqlParameter> parameters)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            statement.Parameters.Add(parameter);
        return statement;
    }
}
