using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace StyleShare.Testing;

/// <summary>How PostgreSQL goes about a statement.</summary>
public static partial class Plans
{
    /// <summary>What an EXPLAIN says.</summary>
    public static async Task<string> ReadPlanAsync(this NpgsqlCommand explain)
    {
        await using var reader = await explain.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    /// <summary>How many pages (8 kB) were looked at, by an EXPLAIN with ANALYZE and BUFFERS.</summary>
    public static int PagesOf(string plan)
    {
        // The first line of buffers is of the whole statement; planning has its own behind it.
        var buffers = plan.Split('\n').First(line => line.Contains("Buffers:", StringComparison.Ordinal));
        return Pages().Matches(buffers).Sum(match => int.Parse(match.ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("(?<=(hit|read)=)[0-9]+", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Pages();
}
