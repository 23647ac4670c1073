using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace StyleShare.Storage;

/// <summary>Has the database count tables that have grown out of what it takes them for, so that statements are planned anew.</summary>
/// <remarks>
/// A prepared statement keeps its plan until its tables are counted again (PostgreSQL's manual, PREPARE and ANALYZE), and one
/// that was made for an empty table reads the whole table for each row that it looks for. Autovacuum looks once a minute: in the
/// first minute of a new service, and whenever many come at once, that is a long time.
/// </remarks>
internal sealed class FreshStatistics(
    DirectSource source, IOptions<StorageOptions> options, TimeProvider clock, ILogger<FreshStatistics> log) : BackgroundService
{
    /// <summary>Small tables that are several times as large as when they were counted; larger ones are planned by index anyway.</summary>
    internal const string Outgrown =
        """
        SELECT format('%I', relname) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relpages < 64
            AND pg_relation_size(oid) > relpages * 4 * current_setting('block_size')::bigint
        """;

    /// <summary>Counts what has to be; says how many tables.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        List<string> tables = [];
        await using (var find = source.DataSource.CreateCommand(Outgrown))
        await using (var reader = await find.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
                tables.Add(reader.GetString(0));
        }

        if (tables.Count == 0)
            return 0;

        // One that is locked is being counted by another silo.
        await using var count = source.DataSource.CreateCommand($"ANALYZE (SKIP_LOCKED) {string.Join(", ", tables)}");
        await count.ExecuteNonQueryAsync(cancellation);
        return tables.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.StatisticsEvery, clock);
        var well = true;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                well = await TryRunAsync(well, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    // The database may be away: that is said once.
    private async Task<bool> TryRunAsync(bool well, CancellationToken cancellation)
    {
        try
        {
            await RunOnceAsync(cancellation);
            return true;
        }
        catch (NpgsqlException e)
        {
            if (well)
                log.StatisticsFailed(e);
            return false;
        }
    }
}
