using Npgsql;

namespace StyleShare.Jobs;

/// <summary>Reads the tables of this feature.</summary>
internal sealed class JobStore(NpgsqlDataSource database)
{
    private const string Live =
        """
        SELECT id, kind, key, CASE WHEN worker IS NOT NULL THEN 'runs' WHEN tries > 0 THEN 'fails' ELSE 'waits' END AS state,
            coalesce(percent, 0)::int AS percent, note, tries, errors -> -1 ->> 'error' AS error, due_at
        FROM jobs
        """;

    /// <summary>How a job is, wherever it is.</summary>
    public async Task<JobStatus?> Find(Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT * FROM (
                {Live} WHERE id = $1
                UNION ALL SELECT id, kind, key, 'done', 100, note, tries, NULL, NULL FROM jobs_done WHERE id = $1
                UNION ALL SELECT id, kind, key, 'dead', 0, NULL, tries, error, NULL FROM dead_letters WHERE id = $1
            ) AS found LIMIT 1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await Read(command, ct);
    }

    /// <summary>How the job of a key is.</summary>
    public async Task<JobStatus?> Find(JobKind kind, string key, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"{Live} WHERE kind = $1 AND key = $2 AND key IS NOT NULL");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        return await Read(command, ct);
    }

    /// <summary>Writes a job's progress, if it is still that worker's.</summary>
    public async Task Report(JobRun run, int percent, string? note)
    {
        await using var command = database.CreateCommand(
            "UPDATE jobs SET percent = $4, note = coalesce($5, note) WHERE id = $1 AND worker = $2 AND tries = $3");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = run.Id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = run.Worker });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = run.Try });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)percent });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)note ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<JobStatus?> Read(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var state = reader.GetString(3) switch
        {
            "waits" => JobState.Scheduled,
            "fails" => JobState.Retrying,
            "runs" => JobState.Running,
            "done" => JobState.Done,
            _ => JobState.Dead,
        };
        return new JobStatus(
            reader.GetGuid(0),
            reader.GetString(1),
            Text(reader, 2),
            state,
            reader.GetInt32(4),
            Text(reader, 5),
            reader.GetInt32(6),
            Text(reader, 7),
            state is JobState.Scheduled or JobState.Retrying ? reader.GetFieldValue<DateTimeOffset>(8) : null);
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
