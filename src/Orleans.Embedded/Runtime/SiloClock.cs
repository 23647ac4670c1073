namespace Orleans.Embedded;

/// <summary>
/// A clock that is read for the price of a field and moves in steps of <see cref="Period"/>: good enough for timeouts of
/// seconds and idle times of minutes. Its milliseconds wrap; only differences mean something.
/// </summary>
internal sealed class SiloClock(TimeProvider time, TimeSpan period)
{
    private readonly long _start = time.GetTimestamp();
    private long _now;

    public int Milliseconds => unchecked((int)Volatile.Read(ref _now));

    /// <summary>The same, without end.</summary>
    public long Now => Volatile.Read(ref _now);

    public int Period { get; } = (int)period.TotalMilliseconds;

    /// <summary>When a reading of <see cref="Milliseconds"/> was taken.</summary>
    public long Locate(int milliseconds) => Now - unchecked(Milliseconds - milliseconds);

    public void Tick() => Volatile.Write(ref _now, (long)time.GetElapsedTime(_start).TotalMilliseconds);
}
