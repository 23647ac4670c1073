using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace StyleShare.Silos;

/// <summary>The signal as it is stored, and the database's time.</summary>
internal readonly record struct StoredSignal(ScaleSignal Signal, DateTimeOffset Now);

/// <summary>The table of the scale signal: one row.</summary>
internal sealed class ScaleTable(NpgsqlDataSource database)
{
    private const string ReadSql = "SELECT wanted, since, reasons, samples_above, calm_since, sampled_at, load::text, now() FROM scale_signal";

    // Of several silos that judge at once, the first one's word counts.
    private const string WriteSql =
        """
        UPDATE scale_signal SET wanted = $1, since = $2, reasons = $3, samples_above = $4, calm_since = $5, sampled_at = $6, load = $7
        WHERE sampled_at IS NOT DISTINCT FROM $8
        """;

    /// <summary>Reads it.</summary>
    public async Task<StoredSignal> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReadSql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            throw new InvalidOperationException("The row of scale_signal is gone; INSERT INTO scale_signal DEFAULT VALUES brings it back.");
        var signal = new ScaleSignal(
            reader.GetInt32(0),
            reader.GetFieldValue<DateTimeOffset>(1),
            [.. reader.GetFieldValue<string[]>(2)],
            reader.GetInt32(3),
            reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
            reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
            JsonSerializer.Deserialize(reader.GetString(6), SiloJson.Default.ScaleLoad)!);
        return new StoredSignal(signal, reader.GetFieldValue<DateTimeOffset>(7));
    }

    /// <summary>Writes the one that follows; false if another silo was quicker.</summary>
    public async Task<bool> Write(ScaleSignal signal, DateTimeOffset? before, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(WriteSql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = signal.Wanted });
        command.Parameters.Add(Of(signal.Since));
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. signal.Reasons] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = signal.SamplesAbove });
        command.Parameters.Add(Of(signal.CalmSince));
        command.Parameters.Add(Of(signal.SampledAt));
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = JsonSerializer.Serialize(signal.Load, SiloJson.Default.ScaleLoad),
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        });
        command.Parameters.Add(Of(before));
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static NpgsqlParameter Of(DateTimeOffset? time) =>
        new() { Value = time is { } at ? at : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
