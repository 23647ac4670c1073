using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Sweeps;

namespace StyleShare.Points;

/// <summary>Finds lots that are over by their index, and has each account expire its own.</summary>
/// <remarks>
/// What is held of a lot stays until the hold ends, which sees to it itself; the sweep goes on behind it. A step done twice
/// finds nothing the second time, for what has expired is in no lot any more.
/// </remarks>
internal sealed class PointExpirySweep(
    MemberStore store, LedgerClock clock, IGrainFactory grains, IOptions<PointsOptions> options, ILogger<PointExpirySweep> log) : ISweep
{
    private const int LotsAtOnce = 500;

    public string Name => "point-expiry";

    public TimeSpan Every => options.Value.ExpirySweepEvery;

    public int Partitions => 1;

    public async Task<SweepStep> Step(int partition, string? cursor, CancellationToken cancellation)
    {
        var lots = await store.DueLots(clock.Now, Parse(cursor), LotsAtOnce, cancellation);
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(
            lots.DistinctBy(lot => lot.AccountId),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.ExpirySweepConcurrency, CancellationToken = cancellation },
            async (lot, _) =>
            {
                try
                {
                    await grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(lot.MerchantId, lot.UserId)).ExpirePoints();
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    // One account must not hold up the others.
                    failures.Enqueue(e);
                }
            });
        if (failures.TryPeek(out var first))
            PointsLog.ExpiryFailed(log, failures.Count, first);
        return new SweepStep(lots.Length == LotsAtOnce ? Text(lots[^1]) : null, lots.Length);
    }

    private static string Text(DueLot lot) => string.Create(CultureInfo.InvariantCulture, $"{lot.ExpiresAt.UtcTicks} {lot.AccountId}");

    private static DueLot? Parse(string? cursor)
    {
        if (cursor is null)
            return null;
        var space = cursor.IndexOf(' ', StringComparison.Ordinal);
        var ticks = long.Parse(cursor.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture);
        return new(new(ticks, TimeSpan.Zero), Guid.Parse(cursor.AsSpan(space + 1), CultureInfo.InvariantCulture), default, default);
    }
}
