using System.Globalization;
using StyleShare.Notifications;

namespace StyleShare.Tests.Notifications;

/// <summary>Quiet hours by the clock of the place, whatever that clock does.</summary>
public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("2026-03-02T12:59:59Z", null)]                        // 21:59:59
    [InlineData("2026-03-02T13:00:00Z", "2026-03-02T23:00:00Z")]      // 22:00
    [InlineData("2026-03-02T18:00:00Z", "2026-03-02T23:00:00Z")]      // 03:00 of the next day
    [InlineData("2026-03-02T22:59:59.999Z", "2026-03-02T23:00:00Z")]
    [InlineData("2026-03-02T23:00:00Z", null)]                        // 08:00
    public void They_go_across_midnight(string now, string? end) => Ends("22:00", "08:00", "Asia/Seoul", now, end);

    [Theory]
    [InlineData("2026-03-02T03:59:00Z", null)]
    [InlineData("2026-03-02T04:00:00Z", "2026-03-02T05:30:00Z")]
    [InlineData("2026-03-02T05:30:00Z", null)]
    public void They_may_lie_within_a_day(string now, string? end) => Ends("13:00", "14:30", "Asia/Seoul", now, end);

    [Theory]
    [InlineData("2026-03-02T23:30:00Z", "2026-03-03T00:00:00Z")]
    [InlineData("2026-03-03T00:00:00Z", null)]
    public void Midnight_is_an_end(string now, string? end) => Ends("23:00", "00:00", "UTC", now, end);

    // New York, 8 March 2026: at 02:00 (07:00Z) it becomes 03:00.
    [Theory]
    [InlineData("01:00", "02:30", "2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z")]  // the end is left out: where the clock goes on
    [InlineData("02:30", "04:00", "2026-03-08T06:59:00Z", null)]
    [InlineData("02:30", "04:00", "2026-03-08T07:00:00Z", "2026-03-08T08:00:00Z")]  // so is the start
    [InlineData("22:00", "08:00", "2026-03-08T04:00:00Z", "2026-03-08T12:00:00Z")]  // an hour shorter
    public void A_clock_that_is_set_forward_leaves_times_out(string from, string to, string now, string? end) =>
        Ends(from, to, "America/New_York", now, end);

    // New York, 1 November 2026: at 02:00 (06:00Z) it becomes 01:00 again.
    [Theory]
    [InlineData("22:00", "01:30", "2026-11-01T05:15:00Z", "2026-11-01T06:30:00Z")]  // 01:15, the first one: until the second 01:30
    [InlineData("22:00", "01:30", "2026-11-01T05:45:00Z", "2026-11-01T06:30:00Z")]  // 01:45, the first one
    [InlineData("22:00", "01:30", "2026-11-01T06:30:00Z", null)]
    [InlineData("01:30", "03:00", "2026-11-01T05:29:00Z", null)]
    [InlineData("01:30", "03:00", "2026-11-01T05:30:00Z", "2026-11-01T08:00:00Z")]  // from the first 01:30
    [InlineData("01:30", "03:00", "2026-11-01T06:10:00Z", "2026-11-01T08:00:00Z")]  // 01:10, the second one: not broken in between
    [InlineData("22:00", "08:00", "2026-11-01T03:00:00Z", "2026-11-01T13:00:00Z")]  // an hour longer
    public void A_clock_that_is_set_back_shows_times_twice(string from, string to, string now, string? end) =>
        Ends(from, to, "America/New_York", now, end);

    [Fact]
    public void The_end_of_quiet_hours_is_never_quiet_and_everything_before_it_is()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string[] zones = ["Asia/Seoul", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Africa/Cairo"];
        for (var i = 0; i < 20_000; i++)
        {
            var from = new TimeOnly(random.Next(24), random.Next(60));
            var to = new TimeOnly(random.Next(24), random.Next(60));
            if (from == to)
                continue;
            var quiet = new QuietHours(from, to, zones[random.Next(zones.Length)]);
            var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(365 * 24 * 60));
            if (quiet.EndAt(now) is not { } end)
                continue;
            Assert.True(end > now && end - now <= TimeSpan.FromHours(25), $"{quiet} {now:o} {end:o}");
            Assert.Equal(end, quiet.EndAt(end.AddMilliseconds(-1)));

            // Unless the next one begins there, which takes a clock that leaves out all that is loud.
            Assert.True(quiet.EndAt(end) is null || quiet.EndAt(end) > end.AddHours(20), $"{quiet} {now:o} {end:o}");
        }
    }

    [Theory]
    [InlineData("Asia/Seoul", true)]
    [InlineData("UTC", true)]
    [InlineData("Korea Standard Time", false)]
    [InlineData("Asia/Nowhere", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("asia/seoul", false)]
    [InlineData("", false)]
    public void Time_zones_have_IANA_names(string id, bool isOne) => Assert.Equal(isOne, QuietHours.IsTimeZone(id));

    private static void Ends(string from, string to, string zone, string now, string? end)
    {
        var quiet = new QuietHours(TimeOnly.Parse(from, CultureInfo.InvariantCulture), TimeOnly.Parse(to, CultureInfo.InvariantCulture), zone);
        Assert.Equal(
            end is null ? null : DateTimeOffset.Parse(end, CultureInfo.InvariantCulture),
            quiet.EndAt(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)));
    }
}
