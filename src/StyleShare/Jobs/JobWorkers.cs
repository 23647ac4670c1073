using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>The table of workers: who lives, and what the dead have left. Over a connection of its own, like the claims.</summary>
internal sealed class JobWorkers(LaneDataSource source) : IAsyncDisposable
{
    internal const string TakeOverSql =
        """
        UPDATE jobs SET worker = $1 WHERE id = ANY (ARRAY (
            SELECT id FROM jobs WHERE worker = ANY (ARRAY (
                SELECT running.worker FROM (SELECT DISTINCT worker FROM jobs WHERE worker IS NOT NULL) AS running
                LEFT JOIN job_workers ON job_workers.id = running.worker
                WHERE job_workers.id IS NULL OR job_workers.seen_at < now() - $2))
                AND worker <> $1
            LIMIT $3 FOR UPDATE SKIP LOCKED))
        RETURNING id, kind, key, tries, errors::text, due_at
        """;

    private NpgsqlConnection? _connection;

    /// <summary>Says that a worker lives, and what it does.</summary>
    public Task Beat(Guid worker, IReadOnlyDictionary<string, double> rates, CancellationToken ct) => Execute(
        """
        INSERT INTO job_workers (id, seen_at, rates) VALUES ($1, now(), $2)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, rates = excluded.rates
        """,
        batch => batch.ExecuteNonQueryAsync(ct),
        ct,
        Of(worker),
        new NpgsqlParameter
        {
            Value = JsonSerializer.Serialize(rates, JobJson.Default.IReadOnlyDictionaryStringDouble),
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        });

    /// <summary>Says that a worker ends, unless jobs are still its own: then others find them by it.</summary>
    public Task Leave(Guid worker, CancellationToken ct) => Execute(
        "DELETE FROM job_workers WHERE id = $1 AND NOT EXISTS (SELECT FROM jobs WHERE worker = $1)",
        batch => batch.ExecuteNonQueryAsync(ct),
        ct,
        Of(worker));

    /// <summary>The jobs that are a worker's own.</summary>
    public Task<HashSet<Guid>> Own(Guid worker, CancellationToken ct) => Execute(
        "SELECT id FROM jobs WHERE worker = $1 AND worker IS NOT NULL",
        async batch =>
        {
            HashSet<Guid> ids = [];
            await using var reader = await source.ReadAsync(batch, ct);
            while (await reader.ReadAsync(ct))
                ids.Add(reader.GetGuid(0));
            return ids;
        },
        ct,
        Of(worker));

    /// <summary>Makes jobs of dead workers a worker's own, so that it settles what becomes of them.</summary>
    public Task<List<ClaimedJob>> TakeOver(Guid worker, TimeSpan deadAfter, int limit, CancellationToken ct) => Execute(
        TakeOverSql,
        async batch =>
        {
            List<ClaimedJob> jobs = [];
            await using var reader = await source.ReadAsync(batch, ct);
            while (await reader.ReadAsync(ct))
            {
                jobs.Add(new ClaimedJob(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2),
                    Payload: "",
                    reader.GetInt32(3),
                    reader.IsDBNull(4) ? null : reader.GetString(4),
                    reader.GetFieldValue<DateTimeOffset>(5)));
            }

            return jobs;
        },
        ct,
        Of(worker),
        new NpgsqlParameter<TimeSpan> { TypedValue = deadAfter },
        new NpgsqlParameter<int> { TypedValue = limit });

    /// <summary>Forgets dead workers that have left nothing.</summary>
    public Task ForgetDead(TimeSpan deadAfter, CancellationToken ct) => Execute(
        """
        DELETE FROM job_workers
        WHERE seen_at < now() - $1 AND NOT EXISTS (SELECT FROM jobs WHERE jobs.worker = job_workers.id AND worker IS NOT NULL)
        """,
        batch => batch.ExecuteNonQueryAsync(ct),
        ct,
        new NpgsqlParameter<TimeSpan> { TypedValue = deadAfter });

    public async ValueTask DisposeAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private static NpgsqlParameter Of(Guid worker) => new NpgsqlParameter<Guid> { TypedValue = worker };

    private async Task<T> Execute<T>(
        string sql, Func<NpgsqlBatch, Task<T>> execute, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        try
        {
            _connection ??= await source.OpenAsync(JobClaims.Settings, ct);
            await using var batch = source.Batch(JobClaims.Settings, _connection, JobClaims.Statement(sql, parameters));
            return await execute(batch);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }
}
