namespace StyleShare.Jobs;

/// <summary>How many jobs were done a second lately.</summary>
internal sealed class JobRate(TimeProvider clock)
{
    /// <summary>Short, so that a worker soon claims ahead when quick jobs come in.</summary>
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private long _since = clock.GetTimestamp();
    private int _count;
    private double _perSecond;

    public double PerSecond
    {
        get
        {
            lock (_lock)
            {
                var elapsed = clock.GetElapsedTime(_since);
                if (elapsed < Sample)
                    return _perSecond;

                // The longer the sample, the more it counts: half after 50 ms, nearly all after half a second.
                var weight = 1 - Math.Pow(0.5, elapsed / Sample);
                _perSecond += weight * (_count / elapsed.TotalSeconds - _perSecond);
                _count = 0;
                _since = clock.GetTimestamp();
                return _perSecond;
            }
        }
    }

    public void Count(int done)
    {
        lock (_lock)
            _count += done;
    }
}
