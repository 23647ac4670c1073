using System.Globalization;

namespace StyleShare.Silos;

/// <summary>How many cores this process may use: those of the machine, or what a container's limit leaves of them.</summary>
/// <remarks>
/// <see cref="Environment.ProcessorCount"/> knows such limits too, but rounds them up: half a core would look half idle when it
/// is used up. Version 2 of control groups (Linux' <c>cgroup-v2</c> documentation, <c>cpu.max</c>) and version 1
/// (<c>cpu.cfs_quota_us</c>).
/// </remarks>
internal static class CoreLimit
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>Reads it.</summary>
    public static double Read() => Math.Min(Environment.ProcessorCount, OfGroups(Root, ReadText("/proc/self/cgroup")) ?? double.PositiveInfinity);

    /// <summary>The least limit of the process' group and of those it is in; null if there is none.</summary>
    /// <param name="root">Where groups are mounted.</param>
    /// <param name="groups">What <c>/proc/self/cgroup</c> says; null if it is not there.</param>
    internal static double? OfGroups(string root, string? groups)
    {
        var path = groups?.Split('\n').FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?[3..].Trim() ?? "/";
        double? least = OfVersion1(ReadText(root + "/cpu/cpu.cfs_quota_us"), ReadText(root + "/cpu/cpu.cfs_period_us"));
        while (true)
        {
            if (OfVersion2(ReadText(root + path.TrimEnd('/') + "/cpu.max")) is { } limit && !(limit >= least))
                least = limit;
            if (path.Length <= 1)
                return least;
            path = path[..Math.Max(1, path.LastIndexOf('/'))];
        }
    }

    /// <summary>Of <c>cpu.max</c>: a quota and a period in microseconds, or <c>max</c>.</summary>
    internal static double? OfVersion2(string? text) =>
        text?.Split(' ', StringSplitOptions.TrimEntries) is [var quota, var period] ? OfVersion1(quota, period) : null;

    private static double? OfVersion1(string? quota, string? period) =>
        double.TryParse(quota, CultureInfo.InvariantCulture, out var q) && double.TryParse(period, CultureInfo.InvariantCulture, out var p) && q > 0 && p > 0
            ? q / p
            : null;

    private static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
