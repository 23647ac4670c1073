namespace StyleShare.Notifications;

/// <summary>The hours of each day in which nothing is to ring: from one local time to another, across midnight if need be.</summary>
/// <remarks>
/// The clock of the place decides, whatever it does: a night in which it is set forward is an hour shorter, one in which it
/// is set back an hour longer. A start or an end that the clock leaves out is where it goes on; of one that it shows twice
/// the first is the start and the second the end, so that the quiet is not broken in between.
/// </remarks>
/// <param name="From">When it begins, by the clock of the place.</param>
/// <param name="To">When it ends; not the same as <paramref name="From"/>.</param>
/// <param name="TimeZone">The place, as the IANA time zone database names it, such as <c>Asia/Seoul</c>.</param>
[GenerateSerializer, Immutable]
public sealed record QuietHours(TimeOnly From, TimeOnly To, string TimeZone)
{
    /// <summary>Whether there is such a time zone; no other name of it counts.</summary>
    public static bool IsTimeZone(string id) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId && zone.Id == id;

    /// <summary>When the quiet hours end that it is now in; null if it is in none.</summary>
    public DateTimeOffset? EndAt(DateTimeOffset now)
    {
        // Names that were there once may be gone from the database of today: then nothing is quiet, and nothing is lost.
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone))
            return null;
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        for (var day = today.AddDays(-1); day <= today; day = day.AddDays(1))
        {
            var start = Instant(zone, day.ToDateTime(From), first: true);
            var end = Instant(zone, (To > From ? day : day.AddDays(1)).ToDateTime(To), first: false);
            if (now >= start && now < end)
                return end;
        }

        return null;
    }

    private static DateTimeOffset Instant(TimeZoneInfo zone, DateTime local, bool first)
    {
        if (zone.IsAmbiguousTime(local))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(local);
            return new DateTimeOffset(local, first ? offsets.Max() : offsets.Min());
        }

        // A time that is left out: the offset of before the gap, read on, is the moment at which the clock jumps or later;
        // the first minute behind the gap is what is meant.
        if (zone.IsInvalidTime(local))
        {
            var before = local;
            while (zone.IsInvalidTime(before))
                before = before.AddMinutes(-1);
            return new DateTimeOffset(before, zone.GetUtcOffset(before)).AddMinutes(1);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
