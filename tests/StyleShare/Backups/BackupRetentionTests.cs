using System.Globalization;
using StyleShare.Backups;

namespace StyleShare.Tests.Backups;

public sealed class BackupRetentionTests
{
    private static readonly DateTimeOffset Today = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_a_backup_a_day_for_two_years_the_latest_days_weeks_and_months_are_kept()
    {
        var kept = Kept(Enumerable.Range(0, 730).Select(days => Today.AddDays(-days)), new BackupKeep());
        Assert.Equal(
            [
                "2026-11-22", "2026-11-21", "2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16", // seven days
                "2026-11-15", "2026-11-08", "2026-11-01", // Sundays end weeks, of which this one has ended, too
                "2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31",
                "2026-02-28", "2026-01-31", "2025-12-31",
            ],
            kept);
    }

    [Fact]
    public void Of_several_of_a_day_the_newest_is_kept() =>
        Assert.Equal(
            ["2026-11-22T03", "2026-11-21T03"],
            Kept([Today, Today.AddHours(-1), Today.AddHours(-2), Today.AddDays(-1), Today.AddDays(-1).AddHours(-1)], new BackupKeep(), "yyyy-MM-dd'T'HH"));

    [Fact]
    public void Where_none_is_made_any_more_none_goes()
    {
        var old = Enumerable.Range(0, 7).Select(days => Today.AddYears(-3).AddDays(-days)).ToList();
        Assert.Equal(7, Kept(old, new BackupKeep()).Count);
    }

    [Fact]
    public void What_was_kept_once_is_kept_until_a_newer_one_takes_its_place()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var keep = new BackupKeep { Daily = random.Next(1, 10), Weekly = random.Next(0, 6), Monthly = random.Next(0, 14) };
        List<DateTimeOffset> there = [];
        for (var day = 0; day < 800; day++)
        {
            if (random.Next(4) == 0)
                continue;
            there.Add(Today.AddDays(day).AddMinutes(random.Next(600)));
            var names = there.Select(at => (at.ToString("O", CultureInfo.InvariantCulture), at)).ToList();
            var expired = BackupRetention.Expired(names, keep).ToHashSet(StringComparer.Ordinal);
            Assert.DoesNotContain(names[^1].Item1, expired);
            there = [.. names.Where(name => !expired.Contains(name.Item1)).Select(name => name.at)];
            Assert.InRange(there.Count, Math.Min(day + 1, 1), keep.Daily + keep.Weekly + keep.Monthly);
            var months = there.Select(at => at.UtcDateTime.Month + 12 * at.UtcDateTime.Year).Distinct().Count();
            Assert.True(months >= Math.Min(keep.Monthly, day / 40), $"{months} months on day {day}");
        }
    }

    private static IReadOnlyList<string> Kept(IEnumerable<DateTimeOffset> backups, BackupKeep keep, string format = "yyyy-MM-dd")
    {
        var all = backups.Select(at => (Name: at.ToString("O", CultureInfo.InvariantCulture), MadeAt: at)).ToList();
        var expired = BackupRetention.Expired(all, keep);
        return [.. all.Where(backup => !expired.Contains(backup.Name)).Select(backup => backup.MadeAt.ToString(format, CultureInfo.InvariantCulture))];
    }
}
