using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StyleShare.Storage;

namespace StyleShare.Silos;

/// <summary>What a silo says of itself.</summary>
/// <param name="Id">Of this process.</param>
/// <param name="Name">What operators call it.</param>
/// <param name="Address">The <c>host:port</c> of its API; null until it listens.</param>
/// <param name="Version">Of the program.</param>
/// <param name="State">How far it is.</param>
/// <param name="Uptime">For how long it has been running.</param>
/// <param name="Metrics">What it measures.</param>
internal sealed record SiloWord(
    Guid Id, string Name, string? Address, string Version, SiloState State, TimeSpan Uptime, SiloMetrics Metrics);

/// <summary>What a silo hears when it says that it lives.</summary>
/// <param name="DrainAsked">It is asked to go.</param>
/// <param name="Ready">How many others are ready.</param>
/// <param name="Forgotten">How many rows were removed.</param>
internal readonly record struct SiloHeard(bool DrainAsked, int Ready, int Forgotten);

/// <summary>Who is asked to drain, and when.</summary>
internal readonly record struct DrainRow(Guid Id, DateTimeOffset At);

/// <summary>The table of silos. All times are the database's, so that silos' clocks do not matter.</summary>
internal sealed class SiloTable(NpgsqlDataSource database)
{
    /// <summary>Said to all silos when one is asked to drain.</summary>
    public const string Channel = "silos";

    /// <summary>Asks a silo to drain; the first time counts.</summary>
    public static readonly Statement<DrainRow> Drain = new(
        "silos_drain",
        "UPDATE silos SET drain_asked_at = coalesce(silos.drain_asked_at, rows.at) FROM rows WHERE silos.id = rows.id",
        Expect.EveryRow,
        Column.Uuid<DrainRow>("id", row => row.Id),
        Column.Timestamptz<DrainRow>("at", row => row.At));

    private const string SaySql =
        """
        INSERT INTO silos (id, name, address, version, state, metrics, started_at) VALUES ($1, $2, $3, $4, $5, $6, now() - $7)
        ON CONFLICT (id) DO UPDATE SET
            address = excluded.address, state = excluded.state, metrics = excluded.metrics, seen_at = now()
        RETURNING drain_asked_at IS NOT NULL
        """;

    // Two that forget each other after an outage must not wait for each other.
    private const string ForgetSql =
        """
        DELETE FROM silos WHERE id = ANY (ARRAY (
            SELECT id FROM silos WHERE seen_at < now() - $1 AND id <> $2 FOR UPDATE SKIP LOCKED))
        """;

    private const string ReadySql = "SELECT count(*) FROM silos WHERE id <> $1 AND state = 'ready' AND drain_asked_at IS NULL AND seen_at > now() - $2";

    private const string ListSql =
        """
        SELECT id, name, address, version, state, started_at, seen_at, drain_asked_at, seen_at > now() - $1, now() - started_at, metrics::text
        FROM silos ORDER BY started_at, id
        """;

    /// <summary>Says that a silo lives, and hears what concerns it.</summary>
    /// <param name="word">What it says.</param>
    /// <param name="liveFor">For how long others count as running.</param>
    /// <param name="forgetAfter">Rows that were not seen for so long are removed; null if none is to be.</param>
    public async Task<SiloHeard> Say(SiloWord word, TimeSpan liveFor, TimeSpan? forgetAfter, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        Add(batch, SaySql, [
            Of(word.Id), Of(word.Name), Of(word.Address), Of(word.Version), Of(NameOf(word.State)),
            new NpgsqlParameter { Value = JsonSerializer.Serialize(word.Metrics, SiloJson.Default.SiloMetrics), NpgsqlDbType = NpgsqlDbType.Jsonb },
            Of(word.Uptime)]);
        Add(batch, ReadySql, [Of(word.Id), Of(liveFor)]);
        if (forgetAfter is { } after)
            Add(batch, ForgetSql, [Of(after), Of(word.Id)]);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var asked = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var ready = (int)reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        return new SiloHeard(asked, ready, forgetAfter is null ? 0 : (int)batch.BatchCommands[2].RecordsAffected);
    }

    /// <summary>The silo ends.</summary>
    public async Task Leave(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("DELETE FROM silos WHERE id = $1");
        command.Parameters.Add(Of(id));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Wakes silos, so that they hear now what they are asked.</summary>
    public async Task Call(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"NOTIFY {Channel}");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>All silos, in the order of their starts.</summary>
    public async Task<ImmutableArray<RegisteredSilo>> List(TimeSpan liveFor, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ListSql);
        command.Parameters.Add(Of(liveFor));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var silos = ImmutableArray.CreateBuilder<RegisteredSilo>();
        while (await reader.ReadAsync(cancellation))
            silos.Add(RowOf(reader));
        return silos.DrainToImmutable();
    }

    private static RegisteredSilo RowOf(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetString(1),
        reader.IsDBNull(2) ? null : reader.GetString(2),
        reader.GetString(3),
        StateOf(reader.GetString(4)),
        reader.GetFieldValue<DateTimeOffset>(5),
        reader.GetFieldValue<DateTimeOffset>(6),
        reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
        reader.GetBoolean(8),
        reader.GetTimeSpan(9),
        reader.IsDBNull(10) ? null : JsonSerializer.Deserialize(reader.GetString(10), SiloJson.Default.SiloMetrics));

    private static string NameOf(SiloState state) => state switch
    {
        SiloState.Starting => "starting",
        SiloState.Ready => "ready",
        SiloState.Draining => "draining",
        _ => "stopping",
    };

    private static SiloState StateOf(string name) => name switch
    {
        "starting" => SiloState.Starting,
        "ready" => SiloState.Ready,
        "draining" => SiloState.Draining,
        _ => SiloState.Stopping,
    };

    private static void Add(NpgsqlBatch batch, string sql, ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<Guid> Of(Guid id) => new() { TypedValue = id };

    private static NpgsqlParameter<TimeSpan> Of(TimeSpan span) => new() { TypedValue = span };

    private static NpgsqlParameter<string?> Of(string? text) => new() { TypedValue = text };
}
