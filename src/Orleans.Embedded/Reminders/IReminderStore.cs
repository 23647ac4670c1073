using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Where reminders are kept, and who ticks which: a claim is for one silo and one tick, and ends by itself.</summary>
internal interface IReminderStore
{
    /// <summary>Writes a reminder, or writes it anew; a claim on the one before ends. Returns its version.</summary>
    Task<int> Upsert(GrainId grain, string name, DateTime startAt, TimeSpan period);

    /// <summary>The grain's reminders; only the one of the name if there is a name.</summary>
    Task<IReadOnlyList<GrainReminder>> Read(GrainId grain, string? name);

    /// <summary>Removes a reminder; false if it is no longer there in this version.</summary>
    Task<bool> Remove(GrainReminder reminder);

    /// <summary>Claims reminders that are due and claimed by nobody, the longest due ones first, and looks when the next one is due.</summary>
    Task<DueReminders> Claim(DateTime now, int limit, TimeSpan length, CancellationToken cancellation);

    /// <summary>The tick was sent: sets the next one and ends the claim, if it is still this one.</summary>
    Task Complete(ReminderClaim claim, DateTime nextTick, CancellationToken cancellation);

    /// <summary>The tick was not sent: ends the claim, so that another silo may take it at once.</summary>
    Task Release(ReminderClaim claim, CancellationToken cancellation);
}

/// <summary>A reminder that is this silo's to tick.</summary>
/// <param name="StartAt">When its first tick was due.</param>
/// <param name="Until">Until when, by the store's clock; also tells this claim from others on the same reminder.</param>
internal sealed record ReminderClaim(GrainId Grain, string Name, DateTime StartAt, TimeSpan Period, DateTime Until);

/// <summary>What was claimed, and when the next reminder is due that was not due yet; null for none.</summary>
internal sealed record DueReminders(IReadOnlyList<ReminderClaim> Claims, DateTime? Next);
