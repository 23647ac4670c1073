namespace EngineTests.Directory;

/// <summary>Time that passes only when it is told to.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now);

    /// <summary>Goes on to the next timer that is due within a time, and fires it; false if there is none.</summary>
    public bool FireNext(TimeSpan within)
    {
        var next = _timers.Where(static timer => timer.Due < long.MaxValue).MinBy(static timer => timer.Due);
        if (next is null || next.Due - _now > within.Ticks)
            return false;
        _now = Math.Max(_now, next.Due);
        next.Due = long.MaxValue;
        next.Callback(next.State);
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    // Fires once; nothing here asks for periods.
    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimerCallback Callback => callback;

        public object? State => state;

        public long Due { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time._now + dueTime.Ticks;
            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
