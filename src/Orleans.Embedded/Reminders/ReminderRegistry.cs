using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Embedded;

/// <summary>Checks what grains ask for and writes it down; the service is told of what is due soon.</summary>
internal sealed class ReminderRegistry(Silo silo, IReminderStore store, ReminderService service, IOptions<ReminderOptions> options) : IReminderRegistry
{
    public static OrleansConfigurationException NotConfigured() => new(
        "No reminder service is configured: say UseAdoNetReminderService or UseInMemoryReminderService when the silo is built.");

    public async Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        CheckTimes(callingGrainId, reminderName, dueTime, period);
        CheckName(reminderName);
        CheckContext();
        var startAt = ReminderSchedule.ToMilliseconds(silo.TimeProvider.GetUtcNow().UtcDateTime + dueTime);
        var version = await store.Upsert(callingGrainId, reminderName, startAt, period);
        service.Expect(dueTime);
        return new GrainReminder(callingGrainId, reminderName, version);
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        CheckContext();
        if (reminder is not GrainReminder known || known.Grain != callingGrainId)
            throw new ReminderException($"The reminder {reminder.ReminderName} was not handed out to {callingGrainId}.");
        if (!await store.Remove(known))
            throw new ReminderException($"The reminder {known.ReminderName} of {known.Grain} was removed or registered anew meanwhile: get it again.");
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        CheckName(reminderName);
        CheckContext();
        return (await store.Read(callingGrainId, reminderName)).FirstOrDefault();
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        CheckContext();
        return [.. await store.Read(callingGrainId, name: null)];
    }

    private void CheckTimes(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "A reminder cannot be due in the past, or never (which an infinite time stands for).");
        if (period < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(period), period, "A reminder's period cannot be negative or infinite.");
        var least = options.Value.MinimumReminderPeriod;
        if (period < least)
            throw new ArgumentException($"The period of {name} of {grain} is {period}, less than the least one ({least}): for short times there are grain timers.", nameof(period));
    }

    private static void CheckName(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A reminder has a name.", nameof(name));
    }

    private static void CheckContext()
    {
        if (Activation.Current is null)
            throw new InvalidOperationException("Reminders are registered by the grain that they wake, from within its calls.");
    }
}

/// <summary>A reminder as it was handed out.</summary>
internal sealed record GrainReminder(GrainId Grain, string ReminderName, int Version) : IGrainReminder;
