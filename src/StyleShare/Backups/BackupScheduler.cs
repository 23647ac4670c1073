using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StyleShare.Backups;

/// <summary>Schedules the daily backup once the silo is up.</summary>
internal sealed class BackupScheduler(
    IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider clock, IOptions<BackupOptions> options, ILogger<BackupScheduler> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return;
        try
        {
            // Grains cannot be called before.
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
            await started.Task.WaitAsync(stoppingToken);
            while (!await TrySchedule(stoppingToken))
                await Task.Delay(Pause, clock, stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; the next one that starts schedules it.
        }
    }

    private async Task<bool> TrySchedule(CancellationToken stop)
    {
        try
        {
            await grains.GetGrain<IBackupScheduleGrain>(0).Schedule();
            return true;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // Another silo may have been at it in the same moment, or the database is away.
            log.ScheduleFailed(Pause, e);
            return false;
        }
    }
}
