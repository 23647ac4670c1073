namespace StyleShare.Testing;

/// <summary>A clock that a test sets forward or back. Only the time of day: timers and time limits run on as they are.</summary>
public sealed class FakeTime : TimeProvider
{
    private long _shift;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _shift));

    /// <summary>Moves the time of day.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    /// <summary>Sets the time of day, from where it goes on.</summary>
    public void Set(DateTimeOffset now) => Volatile.Write(ref _shift, (now - base.GetUtcNow()).Ticks);
}
