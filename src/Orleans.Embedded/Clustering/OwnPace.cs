using Microsoft.Extensions.Logging;

namespace Orleans.Embedded;

/// <summary>
/// Notices when this process itself is late: frozen, starved of processors or threads, or collecting garbage for long. What it
/// holds against others for such a time is its own fault.
/// </summary>
internal sealed class OwnPace(TimeProvider time, ILogger log)
{
    /// <summary>Beyond what the timers of a busy but working machine are late by.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    // Long enough to be worth a line, and to look whether the others have given this silo up.
    private static readonly TimeSpan StoodStill = TimeSpan.FromSeconds(2);

    private long _lateUntil = long.MinValue;

    /// <summary>Whether it was late at some time since a timestamp.</summary>
    public bool WasLateSince(long timestamp) => Volatile.Read(ref _lateUntil) >= timestamp;

    public async Task RunAsync(Func<Task> afterStandstill, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var start = time.GetTimestamp();
            await Task.Delay(Step, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var late = time.GetElapsedTime(start) - Step;
            if (late < Late || stop.IsCancellationRequested)
                continue;
            Volatile.Write(ref _lateUntil, time.GetTimestamp());
            if (late < StoodStill)
                continue;
            log.StoodStill(late.TotalMilliseconds);
            await afterStandstill();
        }
    }
}
