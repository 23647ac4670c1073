using Npgsql;
using NpgsqlTypes;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Reminders in the table OrleansRemindersTable, which has two columns more than Orleans' own scripts give it: NextTick, by
/// which the due ones are found through an index, and ClaimedUntil, by the database's clock. Orleans on the same table looks
/// at neither; a reminder that it ticked meanwhile ticks once more here.
/// </summary>
internal sealed class PostgresReminderStore(NpgsqlDataSource source, string serviceId) : IReminderStore
{
    private const string UpsertSql =
        """
        INSERT INTO OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version, NextTick)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $4)
        ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE SET
            StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash,
            Version = OrleansRemindersTable.Version + 1, NextTick = excluded.NextTick, ClaimedUntil = NULL
        RETURNING Version
        """;

    private const string ReadSql =
        "SELECT ReminderName, Version FROM OrleansRemindersTable WHERE ServiceId = $1 AND GrainId = $2 AND ($3 IS NULL OR ReminderName = $3)";

    private const string RemoveSql =
        "DELETE FROM OrleansRemindersTable WHERE ServiceId = $1 AND GrainId = $2 AND ReminderName = $3 AND Version = $4";

    // A row that another silo is claiming this moment is left to it.
    private const string ClaimSql =
        """
        WITH due AS (
            SELECT GrainId, ReminderName FROM OrleansRemindersTable
            WHERE ServiceId = $1 AND NextTick <= $2 AND (ClaimedUntil IS NULL OR ClaimedUntil <= clock_timestamp())
            ORDER BY NextTick LIMIT $3 FOR UPDATE SKIP LOCKED)
        UPDATE OrleansRemindersTable AS r SET ClaimedUntil = clock_timestamp() + $4
        FROM due WHERE r.ServiceId = $1 AND r.GrainId = due.GrainId AND r.ReminderName = due.ReminderName
        RETURNING r.GrainId, r.ReminderName, r.StartTime, r.Period, r.ClaimedUntil
        """;

    private const string NextSql =
        "SELECT NextTick FROM OrleansRemindersTable WHERE ServiceId = $1 AND NextTick > $2 ORDER BY NextTick LIMIT 1";

    private const string EndSql =
        """
        UPDATE OrleansRemindersTable SET NextTick = coalesce($5, NextTick), ClaimedUntil = NULL
        WHERE ServiceId = $1 AND GrainId = $2 AND ReminderName = $3 AND ClaimedUntil = $4
        """;

    public async Task<int> Upsert(GrainId grain, string name, DateTime startAt, TimeSpan period)
    {
        await using var command = Command(UpsertSql, grain, name);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = startAt });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Math.Max(1, (long)period.TotalMilliseconds) });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = unchecked((int)UniformHash.Of(grain)) });
        return (int)(await command.ExecuteScalarAsync())!;
    }

    public async Task<IReadOnlyList<GrainReminder>> Read(GrainId grain, string? name)
    {
        await using var command = Command(ReadSql, grain, name);
        await using var reader = await command.ExecuteReaderAsync();
        List<GrainReminder> found = [];
        while (await reader.ReadAsync())
            found.Add(new GrainReminder(grain, reader.GetString(0), reader.GetInt32(1)));
        return found;
    }

    public async Task<bool> Remove(GrainReminder reminder)
    {
        await using var command = Command(RemoveSql, reminder.Grain, reminder.ReminderName);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = reminder.Version });
        return await command.ExecuteNonQueryAsync() > 0;
    }

    public async Task<DueReminders> Claim(DateTime now, int limit, TimeSpan length, CancellationToken cancellation)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ClaimSql)
        {
            Parameters = { Text(serviceId), Time(now), new NpgsqlParameter<int> { TypedValue = limit }, new NpgsqlParameter<TimeSpan> { TypedValue = length } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NextSql) { Parameters = { Text(serviceId), Time(now) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        List<ReminderClaim> claims = [];
        while (await reader.ReadAsync(cancellation))
        {
            claims.Add(new ReminderClaim(
                GrainId.Parse(reader.GetString(0)),
                reader.GetString(1),
                reader.GetDateTime(2),
                TimeSpan.FromMilliseconds(reader.GetInt64(3)),
                reader.GetDateTime(4)));
        }

        await reader.NextResultAsync(cancellation);
        return new DueReminders(claims, await reader.ReadAsync(cancellation) ? reader.GetDateTime(0) : null);
    }

    public Task Complete(ReminderClaim claim, DateTime nextTick, CancellationToken cancellation) => End(claim, nextTick, cancellation);

    public Task Release(ReminderClaim claim, CancellationToken cancellation) => End(claim, nextTick: null, cancellation);

    private async Task End(ReminderClaim claim, DateTime? nextTick, CancellationToken cancellation)
    {
        await using var command = Command(EndSql, claim.Grain, claim.Name);
        command.Parameters.Add(Time(claim.Until));
        command.Parameters.Add(Time(nextTick));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlCommand Command(string sql, GrainId grain, string? name)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.Add(Text(serviceId));
        command.Parameters.Add(Text(grain.ToString()));
        command.Parameters.Add(Text(name));
        return command;
    }

    private static NpgsqlParameter Text(string? value) => new() { NpgsqlDbType = NpgsqlDbType.Varchar, Value = value ?? (object)DBNull.Value };

    private static NpgsqlParameter Time(DateTime? value) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = value ?? (object)DBNull.Value };
}
