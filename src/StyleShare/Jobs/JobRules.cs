using System.Collections.Immutable;
using System.Text.Json;
using StyleShare.DeadLetters;

namespace StyleShare.Jobs;

/// <summary>What becomes of a job after a try.</summary>
internal enum JobVerdict
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>It is tried again, after a while.</summary>
    Retry,

    /// <summary>The same, but the try is not counted.</summary>
    Postpone,

    /// <summary>It is given up.</summary>
    Dead,
}

/// <summary>A try's end.</summary>
/// <param name="Error">Why it failed; null if it is done.</param>
/// <param name="After">When it is tried again, from now on.</param>
internal readonly record struct JobResult(JobRun Run, JobVerdict Verdict, string? Error = null, TimeSpan After = default)
{
    /// <summary>When the try ended, by this silo's clock.</summary>
    public DateTimeOffset EndedAt { get; init; }

    /// <summary>Whether the kind's runner counts it among those that it has.</summary>
    public bool Held { get; init; }
}

/// <summary>The rules of tries: pure.</summary>
internal static class JobRules
{
    /// <summary>How an interrupted try's error begins; by it consecutive ones are counted.</summary>
    public const string Interrupted = "interrupted";

    private const int MaxHistory = 20;
    private const int MaxError = 1_000;
    private const double Jitter = 0.2;

    /// <summary>The pause behind the nth try: n⁴ seconds, ±20 % so that what failed together does not come back together.</summary>
    /// <param name="tries">How many tries have failed, from 1.</param>
    /// <param name="longest">The kind's longest pause.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan Backoff(int tries, TimeSpan longest, double chance)
    {
        var seconds = Math.Pow(tries, 4) * (1 - Jitter + 2 * Jitter * chance);
        return seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
    }

    /// <summary>After a handler has thrown.</summary>
    public static JobResult Failed(JobRun run, Exception error, double chance) => error switch
    {
        JobRefused => new JobResult(run, JobVerdict.Dead, Text(error)),
        RetryLater { CountsAsTry: false } later => new JobResult(run, JobVerdict.Postpone, Text(error), Bounded(later.After, run.Kind)),
        RetryLater later => Failed(run, Text(error), Bounded(later.After, run.Kind)),
        _ => Failed(run, Text(error), Backoff(run.Try, run.Kind.MaxBackoff, chance)),
    };

    /// <summary>After the kind's time limit.</summary>
    public static JobResult Overdue(JobRun run, double chance) => Failed(
        run, $"time limit of {run.Kind.TimeLimit} exceeded", Backoff(run.Try, run.Kind.MaxBackoff, chance));

    /// <summary>Its silo stops before it is done: it goes back as if it had not been begun.</summary>
    public static JobResult Returned(JobRun run) => new(run, JobVerdict.Postpone);

    /// <summary>
    /// Its silo died. The first time it is run at once, for it is hardly to blame; a job that takes one silo after the other
    /// down waits longer and longer, until it is given up.
    /// </summary>
    public static JobResult CutOff(JobRun run, double chance)
    {
        var before = History(run.Errors).Count(failed => failed.Error.StartsWith(Interrupted, StringComparison.Ordinal));
        return Failed(
            run,
            $"{Interrupted}: the silo that ran it died",
            before == 0 ? TimeSpan.Zero : Backoff(before, run.Kind.MaxBackoff, chance));
    }

    /// <summary>The history with one more failed try, as JSON; only the last ones are kept.</summary>
    public static string Append(string? history, FailedTry failed)
    {
        var all = History(history).Add(failed with { Error = Cut(failed.Error) });
        return JsonSerializer.Serialize(
            all.Length > MaxHistory ? all[^MaxHistory..] : all, DeadLetterJson.Default.ImmutableArrayFailedTry);
    }

    /// <summary>
    /// How many jobs of a kind a silo claims beyond those it can run: a tenth of a second's work, so that quick jobs do not
    /// wait for claims and slow ones are left to other silos.
    /// </summary>
    public static int Ahead(JobKind kind, double donePerSecond, int most) =>
        kind.Tries == 1 ? 0 : (int)Math.Min(most, donePerSecond / 10);

    private static JobResult Failed(JobRun run, string error, TimeSpan after) => run.Try >= run.Kind.Tries
        ? new JobResult(run, JobVerdict.Dead, error)
        : new JobResult(run, JobVerdict.Retry, error, after);

    private static ImmutableArray<FailedTry> History(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, DeadLetterJson.Default.ImmutableArrayFailedTry);

    private static TimeSpan Bounded(TimeSpan after, JobKind kind) =>
        TimeSpan.FromTicks(Math.Clamp(after.Ticks, 0, kind.MaxBackoff.Ticks));

    private static string Text(Exception error) => Cut(error is RetryLater or JobRefused
        ? error.Message
        : $"{error.GetType().Name}: {error.Message}");

    private static string Cut(string text)
    {
        var storable = text.Replace("\0", "", StringComparison.Ordinal);
        return storable.Length > MaxError ? storable[..MaxError] : storable;
    }
}
