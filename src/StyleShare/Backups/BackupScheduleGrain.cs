using System.Globalization;
using Microsoft.Extensions.Options;
using StyleShare.Jobs;

namespace StyleShare.Backups;

/// <summary>Keeps a reminder, whose name says for when it is, and enqueues a job at each of its ticks.</summary>
internal sealed class BackupScheduleGrain(IJobs jobs, IOptions<BackupOptions> options, TimeProvider clock)
    : Grain, IBackupScheduleGrain, IRemindable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public async Task Schedule()
    {
        var at = options.Value.At;
        var name = string.Create(CultureInfo.InvariantCulture, $"daily {at:hh\\:mm\\:ss}");
        // As it was: a silo that starts must not put off what was due meanwhile.
        if (await this.GetReminder(name) is null)
            await this.RegisterOrUpdateReminder(name, UntilNext(clock.GetUtcNow(), at), Day);
        foreach (var other in await this.GetReminders())
        {
            if (other.ReminderName != name)
                await this.UnregisterReminder(other);
        }
    }

    // While one is being made, however long it takes, no second one is begun.
    public Task ReceiveReminder(string reminderName, TickStatus status) =>
        options.Value.Enabled ? jobs.Enqueue(BackupJob.Kind, new MakeBackup(), key: "daily") : Task.CompletedTask;

    /// <summary>How long it is to the next time of day.</summary>
    internal static TimeSpan UntilNext(DateTimeOffset now, TimeSpan at)
    {
        var today = at - now.UtcDateTime.TimeOfDay;
        return today > TimeSpan.Zero ? today : today + Day;
    }
}
