using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace StyleShare.Benchmarks.Http;

/// <summary>What one run of wrk gave.</summary>
internal sealed record Load(double PerSecond, long Requests, TimeSpan P50, TimeSpan P99);

/// <summary>The programs that make load and are not ours.</summary>
internal static partial class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs wrk with load.lua; any answer that is an error makes the measurement void.</summary>
    public static Task<Load> Wrk(Uri silo, string mode, string tokens, string targets, int connections, int seconds, long first = 0) =>
        WrkScript(silo, Path.Combine("Http", "load.lua"), connections, seconds, mode, tokens, targets, first.ToString(CultureInfo.InvariantCulture));

    /// <summary>Runs wrk with another script, which gives its result in the same form.</summary>
    public static async Task<Load> WrkScript(Uri silo, string script, int connections, int seconds, params string[] arguments)
    {
        var output = await Run("wrk", ["-t2", $"-c{connections}", $"-d{seconds}s", "--latency", "--timeout", "10s",
            "-s", Path.Combine(AppContext.BaseDirectory, script), silo.ToString(), "--", .. arguments]);
        var result = Result().Match(output);
        if (!result.Success)
            throw new InvalidOperationException($"wrk {arguments[0]}: {output}");
        long Value(string name) => long.Parse(result.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        if (Value("errors") > 0)
            throw new InvalidOperationException($"wrk {arguments[0]}: {Value("errors")} errors\n{output}");
        return new Load(Value("requests") / (Value("us") / 1e6), Value("requests"),
            TimeSpan.FromMicroseconds(Value("p50")), TimeSpan.FromMicroseconds(Value("p99")));
    }

    /// <summary>Makes pgbench's tables in a database of their own.</summary>
    public static Task PreparePgbench(NpgsqlConnectionStringBuilder database) => Pgbench(database, "-i", "-s", "10", "-q");

    /// <summary>Simple updates (<c>-N</c>) by 16 clients: commits a second.</summary>
    public static async Task<double> Pgbench(NpgsqlConnectionStringBuilder database, int seconds)
    {
        var output = await Pgbench(database, "-N", "-c", "16", "-j", "2", "-T", seconds.ToString(CultureInfo.InvariantCulture));
        return double.Parse(Tps().Match(output).Groups["tps"].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a program to its end and gives what it said.</summary>
    public static async Task<string> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{await errors}");
        return await output;
    }

    private static Task<string> Pgbench(NpgsqlConnectionStringBuilder database, params string[] arguments) =>
        Run("pgbench", ["-h", database.Host!, "-p", database.Port.ToString(CultureInfo.InvariantCulture), "-U", database.Username!,
            .. arguments, database.Database!]);

    [GeneratedRegex(@"RESULT requests=(?<requests>\d+) microseconds=(?<us>\d+) errors=(?<errors>\d+) p50=(?<p50>\d+) p99=(?<p99>\d+)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Result();

    [GeneratedRegex(@"tps = (?<tps>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tps();
}
