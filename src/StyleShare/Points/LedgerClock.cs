using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace StyleShare.Points;

/// <summary>
/// The time by which points are earned, held and expire: the silo's clock, corrected by what it is off the database's. So a silo
/// whose clock is an hour ahead expires nothing early, and all silos agree to the millisecond.
/// </summary>
/// <remarks>The correction is measured before the silo serves, and again every <see cref="PointsOptions.ClockSampleEvery"/>.</remarks>
public sealed class LedgerClock(
    NpgsqlDataSource database, TimeProvider clock, IOptions<PointsOptions> options, ILogger<LedgerClock> log) : BackgroundService
{
    private const int Samples = 3;
    private static readonly long Unknown = long.MinValue;
    private static readonly TimeSpan Noteworthy = TimeSpan.FromSeconds(1);
    private long _offset = Unknown;

    /// <summary>The time in UTC, cut to microseconds as the database keeps it.</summary>
    /// <exception cref="Refusal"><c>storage_unavailable</c>: the database could not be asked since the silo started.</exception>
    public DateTimeOffset Now
    {
        get
        {
            var offset = Volatile.Read(ref _offset);
            if (offset == Unknown)
                throw PointsErrors.ClockUnknown();
            var ticks = clock.GetUtcNow().UtcTicks + offset;
            return new(ticks - ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TrySample(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Measures anew.</summary>
    public async Task Sample(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var ask = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var (best, offset) = (TimeSpan.MaxValue, 0L);
        for (var i = 0; i < Samples; i++)
        {
            var started = clock.GetTimestamp();
            var theirs = (DateTime)(await ask.ExecuteScalarAsync(cancellation))!;
            var took = clock.GetElapsedTime(started);

            // They looked at their clock in the middle of that time, more or less: the quickest answer is the most exact.
            if (took < best)
                (best, offset) = (took, theirs.Ticks + took.Ticks / 2 - clock.GetUtcNow().UtcTicks);
        }

        var before = Interlocked.Exchange(ref _offset, offset);
        if ((before == Unknown ? TimeSpan.FromTicks(offset) : TimeSpan.FromTicks(offset - before)).Duration() > Noteworthy)
            PointsLog.ClockIsOff(log, TimeSpan.FromTicks(offset).TotalSeconds);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var well = Volatile.Read(ref _offset) != Unknown;
            while (true)
            {
                await Task.Delay(well ? options.Value.ClockSampleEvery : options.Value.ClockRetry, clock, stoppingToken);
                well = await TrySample(stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task<bool> TrySample(CancellationToken cancellation)
    {
        try
        {
            await Sample(cancellation);
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            PointsLog.ClockNotSampled(log, e);
            return false;
        }
    }
}
