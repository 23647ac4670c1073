using System.Globalization;

namespace StyleShare.Backups;

/// <summary>Which backups are kept.</summary>
internal static class BackupRetention
{
    /// <summary>Those that are not kept any more, of all that there are.</summary>
    /// <remarks>What counts are the days, weeks and months that have a backup: where none is made any more, none goes.</remarks>
    public static IReadOnlyList<string> Expired(IEnumerable<(string Name, DateTimeOffset MadeAt)> backups, BackupKeep keep)
    {
        var newestFirst = backups.OrderByDescending(backup => backup.MadeAt).ThenByDescending(backup => backup.Name, StringComparer.Ordinal).ToList();
        HashSet<string> kept = [];
        Keep(keep.Daily, at => DateOnly.FromDateTime(at).DayNumber);
        Keep(keep.Weekly, at => ISOWeek.GetYear(at) * 100 + ISOWeek.GetWeekOfYear(at));
        Keep(keep.Monthly, at => at.Year * 100 + at.Month);
        return [.. newestFirst.Select(backup => backup.Name).Where(name => !kept.Contains(name))];

        void Keep(int periods, Func<DateTime, int> periodOf)
        {
            foreach (var newest in newestFirst.DistinctBy(backup => periodOf(backup.MadeAt.UtcDateTime)).Take(periods))
                kept.Add(newest.Name);
        }
    }
}
