using Npgsql;

namespace StyleShare.Jobs;

/// <summary>Reads the tables of this feature.</summary>
internal sealed class JobStore(NpgsqlDataSource database)
{
    private const string Live =
        """
        SELECT id, kind, key, worker IS NOT NULL AS runs, percent, note, tries, errors -> -1 ->> 'error' AS error, due_at FROM jobs
        """;

    /// <summary>How a job is, wherever it is.</summary>
    public async Task<JobStatus?> Find(Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT * FROM (
                {Live} WHERE id = $1
                UNION ALL SELECT id, kind, key, NULL, 100, note, tries, NULL, NULL FROM jobs_done WHERE id = $1
                UNION ALL SELECT id, kind, key, NULL, NULL, NULL, tries, error, NULL FROM dead_letters WHERE id = $1
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
        DateTimeOffset? due = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8);
        var tries = reader.GetInt32(6);
        bool? runs = reader.IsDBNull(3) ? null : reader.GetBoolean(3);
        var percent = reader.IsDBNull(4) ? 0 : (int)reader.GetInt16(4);
        var state = runs switch
        {
            true => JobState.Running,
            false when tries > 0 => JobState.Retrying,
            false => JobState.Scheduled,
            null => percent == 100 ? JobState.Done : JobState.Dead,
        };
        return new JobStatus(
            reader.GetGuid(0), reader.GetString(1), Text(reader, 2), state, percent, Text(reader, 5), tries, Text(reader, 7),
            runs == false ? due : null);
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
