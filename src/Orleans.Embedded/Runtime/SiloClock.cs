namespace Orleans.Embedded;

/// <summary>
/// A clock that is read for the price of a field and moves in steps of <see cref="Period"/>: good enough for timeouts of
/// seconds and idle times of minutes. Its milliseconds wrap; only differences mean something.
/// </summary>
internal sealed class SiloClock(TimeProvider time, TimeSpan period)
{
    private readonly long _start = time.GetTimestamp();
    private volatile int _milliseconds;

    public int Milliseconds => _milliseconds;

    public int Period { get; } = (int)period.TotalMilliseconds;

    public void Tick() => _milliseconds = unchecked((int)(long)time.GetElapsedTime(_start).TotalMilliseconds);
}
