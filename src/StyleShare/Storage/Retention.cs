using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace StyleShare.Storage;

/// <summary>What is deleted when it is old enough.</summary>
/// <param name="Name">Names it in the log.</param>
/// <param name="DeleteBatch">Deletes at most <c>$2</c> rows that are older than <c>$1</c> (an interval, by the database's clock).</param>
/// <param name="KeptFor">How long rows are kept.</param>
public sealed record RetentionRule(string Name, string DeleteBatch, TimeSpan KeptFor);

/// <summary>Deletes what is old, in small batches, on one silo at a time; a silo that dies half way leaves the rest to the next.</summary>
public sealed class Retention(
    DirectSource source,
    IEnumerable<RetentionRule> rules,
    IOptions<StorageOptions> options,
    TimeProvider clock,
    ILogger<Retention> log) : BackgroundService
{
    /// <summary>"StyleSRe" as a number.</summary>
    private const long Lock = 0x5374_796C_6553_5265;

    /// <summary>Deletes all that is due now; returns how many rows, 0 also if another silo is at it.</summary>
    public async Task<long> RunOnceAsync(CancellationToken cancellation)
    {
        await using var connection = await source.DataSource.OpenConnectionAsync(cancellation);
        await using var take = new NpgsqlCommand($"SELECT pg_try_advisory_lock({Lock})", connection);
        if (await take.ExecuteScalarAsync(cancellation) is not true)
            return 0;
        try
        {
            var deleted = 0L;
            foreach (var rule in rules)
                deleted += await DeleteAsync(connection, rule, cancellation);
            return deleted;
        }
        finally
        {
            await using var release = new NpgsqlCommand($"SELECT pg_advisory_unlock({Lock})", connection);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RetentionEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryRunAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task TryRunAsync(CancellationToken cancellation)
    {
        try
        {
            await RunOnceAsync(cancellation);
        }
        catch (NpgsqlException e)
        {
            log.RetentionFailed(e);
        }
    }

    private async Task<long> DeleteAsync(NpgsqlConnection connection, RetentionRule rule, CancellationToken cancellation)
    {
        var total = 0L;
        int deleted;
        do
        {
            await using var delete = new NpgsqlCommand(rule.DeleteBatch, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<TimeSpan> { TypedValue = rule.KeptFor },
                    new NpgsqlParameter<int> { TypedValue = options.Value.RetentionBatch },
                },
            };
            deleted = await delete.ExecuteNonQueryAsync(cancellation);
            total += deleted;
        }
        while (deleted == options.Value.RetentionBatch);

        if (total > 0)
            log.Deleted(total, rule.Name);
        return total;
    }
}
