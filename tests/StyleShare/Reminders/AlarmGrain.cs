using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace StyleShare.Tests.Reminders;

public interface IAlarmGrain : IGrainWithStringKey
{
    Task Set(TimeSpan dueTime, TimeSpan period);
}

/// <summary>What the alarms of all silos in this process received, by the grain's key.</summary>
public static class Alarms
{
    /// <summary>Long enough for a busy machine; only a broken service ever waits so long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<string, ImmutableList<TickStatus>> Received = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Gates = new(StringComparer.Ordinal);

    public static ImmutableList<TickStatus> Of(string key) => Received.GetValueOrDefault(key, []);

    public static void Ring(string key, TickStatus tick) =>
        Received.AddOrUpdate(key, _ => [tick], (_, before) => before.Add(tick));

    /// <summary>Ticks of this grain end when the task does.</summary>
    public static TaskCompletionSource Hold(string key) => Gates.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    public static Task Passed(string key) => Gates.TryGetValue(key, out var gate) ? gate.Task.WaitAsync(Limit) : Task.CompletedTask;

    public static Task Until(string key, int ticks) => Until(() => Task.FromResult(Of(key).Count >= ticks), $"{ticks} ticks of {key}");

    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited too long for {what}.");
            await Task.Delay(10);
        }
    }
}

public sealed class AlarmGrain : Grain, IAlarmGrain, IRemindable
{
    public Task Set(TimeSpan dueTime, TimeSpan period) => this.RegisterOrUpdateReminder("alarm", dueTime, period);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var key = this.GetPrimaryKeyString();
        Alarms.Ring(key, status);
        await Alarms.Passed(key);
        if (key.StartsWith("snooze", StringComparison.Ordinal))
            await this.RegisterOrUpdateReminder(reminderName, TimeSpan.FromDays(2), TimeSpan.FromDays(2));
    }
}
