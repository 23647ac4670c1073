namespace StyleShare;

/// <summary>Reads the clock as the database can keep it.</summary>
public static class Clock
{
    /// <summary>The time in UTC, cut to microseconds (PostgreSQL's <c>timestamptz</c>), so that what is answered now is what is
    /// read again later.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }
}
