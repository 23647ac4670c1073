using System.Text;
using Orleans.Embedded;

namespace EngineTests.Reminders;

public sealed class ReminderScheduleTests
{
    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 60)]
    [InlineData(59, 60)]
    [InlineData(60, 120)]
    [InlineData(61, 120)]
    [InlineData(86_400 * 365 + 1, 86_400 * 365 + 60)]
    public void The_next_tick_is_the_first_whole_period_after_now(int nowSeconds, int nextSeconds) => Assert.Equal(
        Start.AddSeconds(nextSeconds),
        ReminderSchedule.NextAfter(Start, TimeSpan.FromMinutes(1), Start.AddSeconds(nowSeconds)));

    [Fact]
    public void A_moment_before_a_tick_it_is_that_one() => Assert.Equal(
        Start.AddMinutes(1), ReminderSchedule.NextAfter(Start, TimeSpan.FromMinutes(1), Start.AddMinutes(1).AddTicks(-1)));

    [Fact]
    public void Times_are_kept_in_milliseconds() =>
        Assert.Equal(Start.AddMilliseconds(7), ReminderSchedule.ToMilliseconds(Start.AddTicks(7 * TimeSpan.TicksPerMillisecond + 9_999)));
}

public sealed class UniformHashTests
{
    // From the test vectors of the reference implementation, seed 0.
    [Theory]
    [InlineData("", 0x02CC5D05)]
    [InlineData("abc", 0x32D153FF)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2F)]
    public void It_is_xxHash32(string text, uint hash) => Assert.Equal(hash, UniformHash.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Of_a_grain_it_is_made_of_type_and_key()
    {
        var grain = GrainId.Create("abc", "Nobody inspects the spammish repetition");
        Assert.Equal(unchecked((0x32D153FFu * 31) + 0xE2293B2Fu), UniformHash.Of(grain));
    }
}
