using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Silos that could not be reached, or took no calls: one task a silo asks it again and again until it does, or the cluster
/// knows that it is none of its active members any more, or the limit has passed. What waits for it is sent again then.
/// </summary>
internal sealed class Outages(ISiloNetwork network, Func<ClusterView> view, LoadReports loads, TimeProvider time)
{
    /// <summary>10 seconds: a silo that hangs is voted out by then.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<SiloAddress, Lazy<Task>> _watched = new();

    /// <summary>Ends when there is a point in trying again.</summary>
    public Task Over(SiloAddress silo) =>
        _watched.GetOrAdd(silo, static (silo, self) => new Lazy<Task>(() => Task.Run(() => self.WatchAsync(silo))), this).Value;

    private async Task WatchAsync(SiloAddress silo)
    {
        try
        {
            var start = time.GetTimestamp();
            while (view().StatusOf(silo) == SiloStatus.Active && time.GetElapsedTime(start) < Limit && !await TakesCalls(silo))
                await Task.Delay(Pause, time);
        }
        finally
        {
            _watched.TryRemove(silo, out _);
        }
    }

    private async Task<bool> TakesCalls(SiloAddress silo)
    {
        try
        {
            return LoadReports.TakesCalls(await network.Ask(silo, AskKind.LoadReport, loads.Report(), TimeSpan.FromSeconds(1)));
        }
        catch (Exception)
        {
            // Whatever it is: not yet.
            return false;
        }
    }
}
