using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Keeps reminders for as long as the silo lives.</summary>
internal sealed class MemoryReminderStore(TimeProvider time) : IReminderStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(GrainId Grain, string Name), Entry> _entries = [];

    public Task<int> Upsert(GrainId grain, string name, DateTime startAt, TimeSpan period)
    {
        lock (_lock)
        {
            var version = _entries.TryGetValue((grain, name), out var before) ? before.Version + 1 : 0;
            _entries[(grain, name)] = new Entry(version, startAt, period, startAt, ClaimedUntil: null);
            return Task.FromResult(version);
        }
    }

    public Task<IReadOnlyList<GrainReminder>> Read(GrainId grain, string? name)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<GrainReminder>>([.. _entries
                .Where(pair => pair.Key.Grain == grain && (name is null || pair.Key.Name == name))
                .Select(pair => new GrainReminder(grain, pair.Key.Name, pair.Value.Version))]);
        }
    }

    public Task<bool> Remove(GrainReminder reminder)
    {
        lock (_lock)
        {
            var key = (reminder.Grain, reminder.ReminderName);
            return Task.FromResult(_entries.TryGetValue(key, out var entry) && entry.Version == reminder.Version && _entries.Remove(key));
        }
    }

    public Task<DueReminders> Claim(DateTime now, int limit, TimeSpan length, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var clock = time.GetUtcNow().UtcDateTime;
            var due = _entries
                .Where(pair => pair.Value.NextTick <= now && !(pair.Value.ClaimedUntil > clock))
                .OrderBy(pair => pair.Value.NextTick).Take(limit).ToList();
            foreach (var (key, entry) in due)
                _entries[key] = entry with { ClaimedUntil = clock + length };
            var later = _entries.Values.Where(entry => entry.NextTick > now).Select(entry => (DateTime?)entry.NextTick).Min();
            return Task.FromResult(new DueReminders(
                [.. due.Select(pair => new ReminderClaim(pair.Key.Grain, pair.Key.Name, pair.Value.StartAt, pair.Value.Period, clock + length))], later));
        }
    }

    public Task Complete(ReminderClaim claim, DateTime nextTick, CancellationToken cancellation) => End(claim, nextTick);

    public Task Release(ReminderClaim claim, CancellationToken cancellation) => End(claim, nextTick: null);

    private Task End(ReminderClaim claim, DateTime? nextTick)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue((claim.Grain, claim.Name), out var entry) && entry.ClaimedUntil == claim.Until)
                _entries[(claim.Grain, claim.Name)] = entry with { NextTick = nextTick ?? entry.NextTick, ClaimedUntil = null };
        }

        return Task.CompletedTask;
    }

    private sealed record Entry(int Version, DateTime StartAt, TimeSpan Period, DateTime NextTick, DateTime? ClaimedUntil);
}
