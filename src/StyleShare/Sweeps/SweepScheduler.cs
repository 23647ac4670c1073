using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StyleShare.Sweeps;

/// <summary>Registers all sweeps once the silo is up.</summary>
internal sealed class SweepScheduler(
    IGrainFactory grains,
    IEnumerable<ISweep> sweeps,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    IOptions<SweepOptions> options,
    ILogger<SweepScheduler> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Started(stoppingToken);
            foreach (var sweep in sweeps)
            {
                for (var partition = 0; partition < sweep.Partitions; partition++)
                    await Schedule(SweepKeys.Of(sweep.Name, partition), stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; the next one that starts registers what this one did not.
        }
    }

    // Grains cannot be called before.
    private async Task Started(CancellationToken stop)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stop);
    }

    private async Task Schedule(string key, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await grains.GetGrain<ISweepGrain>(key).Schedule();
                return;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                // Another silo may have been at it in the same moment, or the database is away.
                SweepLog.ScheduleFailed(log, key, options.Value.ScheduleRetry, e);
                await Task.Delay(options.Value.ScheduleRetry, clock, stop);
            }
        }
    }
}
