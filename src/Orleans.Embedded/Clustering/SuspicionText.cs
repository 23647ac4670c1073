using System.Collections.Immutable;
using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The column SuspectTimes: <c>ip:port@generation,yyyy-MM-dd HH:mm:ss.fff GMT</c>, several with a bar between them.</summary>
internal static class SuspicionText
{
    private const string Format = "yyyy-MM-dd HH:mm:ss.fff 'GMT'";

    /// <summary>Null for none, as the column has it.</summary>
    public static string? Write(ImmutableArray<Suspicion> suspicions) => suspicions.IsEmpty
        ? null
        : string.Join('|', suspicions.Select(static vote => $"{vote.By},{vote.At.ToString(Format, CultureInfo.InvariantCulture)}"));

    /// <exception cref="FormatException">It is not of that form.</exception>
    public static ImmutableArray<Suspicion> Read(string? text) =>
        string.IsNullOrEmpty(text) ? [] : [.. text.Split('|').Select(ReadOne)];

    private static Suspicion ReadOne(string vote)
    {
        var comma = vote.LastIndexOf(',');
        return comma < 0
            ? throw new FormatException($"'{vote}' is no suspicion (ip:port@generation,time).")
            : new Suspicion(
                SiloAddress.FromParsableString(vote[..comma]),
                DateTime.ParseExact(vote[(comma + 1)..], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal));
    }
}
