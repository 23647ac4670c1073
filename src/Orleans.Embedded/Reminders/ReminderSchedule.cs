namespace Orleans.Embedded;

/// <summary>When reminders tick: first at their start, then whole periods after it. Times are UTC, in whole milliseconds.</summary>
internal static class ReminderSchedule
{
    /// <summary>The first tick that is due after <paramref name="now"/>; those that were missed are left out.</summary>
    public static DateTime NextAfter(DateTime start, TimeSpan period, DateTime now)
    {
        if (start > now)
            return start;
        // The table has milliseconds.
        var step = Math.Max(period.Ticks, TimeSpan.TicksPerMillisecond);
        return start.AddTicks((((now - start).Ticks / step) + 1) * step);
    }

    /// <summary>Without the part that the table does not keep.</summary>
    public static DateTime ToMilliseconds(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
}
