using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Sweeps;

namespace StyleShare.Photos;

/// <summary>Removes photos that nothing has shown for a day, and those whose upload never came.</summary>
/// <remarks>What was removed is found no more; what could not be is found by the next run.</remarks>
internal sealed class UnusedPhotosSweep(
    PhotoStore store, IGrainFactory grains, TimeProvider clock, IOptions<PhotoOptions> options, ILogger<UnusedPhotosSweep> log) : ISweep
{
    private const int AtOnce = 500;

    public string Name => "unused-photos";

    public TimeSpan Every => options.Value.UnusedSweepEvery;

    public int Partitions => 1;

    public async Task<SweepStep> Step(int partition, string? cursor, CancellationToken cancellation)
    {
        // Ids tell when photos were announced.
        var before = Ids.FloorOf(clock.GetUtcNow() - options.Value.RemoveUnusedAfter);
        var behind = cursor is null ? Guid.Empty : Guid.ParseExact(cursor, "N");
        var photos = await store.Unused(before, behind, AtOnce, cancellation);
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(
            photos,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.RemoveConcurrency, CancellationToken = cancellation },
            async (photo, _) =>
            {
                try
                {
                    await grains.GetGrain<IPhotoGrain>(photo).Remove();
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    // One photo must not hold up the others.
                    failures.Enqueue(e);
                }
            });
        if (failures.TryPeek(out var first))
            PhotoLog.RemovalFailed(log, failures.Count, first);
        return new SweepStep(photos.Length == AtOnce ? photos[^1].ToString("N", CultureInfo.InvariantCulture) : null, photos.Length);
    }
}
