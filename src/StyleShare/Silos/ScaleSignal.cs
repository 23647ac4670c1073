using System.Collections.Immutable;
using System.Globalization;

namespace StyleShare.Silos;

/// <summary>What the signal is judged by, of all silos together.</summary>
public sealed record ScaleLoad
{
    /// <summary>Silos that run and are to go on.</summary>
    public int Silos { get; init; }

    /// <summary>CPU in use, in silos: 1.5 is one and a half silo's cores.</summary>
    public double Cpu { get; init; }

    /// <summary>How long work waits for a thread, in milliseconds: the mean of the silos.</summary>
    public double ThreadPoolDelayMs { get; init; }

    /// <summary>For how many seconds the first job has waited that could run.</summary>
    public double OldestJobSeconds { get; init; }

    /// <summary>For how many seconds the first event has waited that could be delivered.</summary>
    public double OldestEventSeconds { get; init; }

    /// <summary>Grains in memory.</summary>
    public long Activations { get; init; }

    /// <summary>The part of the memory in use: the mean of the silos.</summary>
    public double MemoryShare { get; init; }

    /// <summary>Sums up what silos say of themselves.</summary>
    /// <param name="silos">Those in the registry.</param>
    /// <param name="oldestJob">For how long the first due job waits.</param>
    /// <param name="oldestEvent">For how long the first undelivered event waits.</param>
    /// <param name="options">From when on a silo counts.</param>
    public static ScaleLoad Of(
        IEnumerable<RegisteredSilo> silos, TimeSpan oldestJob, TimeSpan oldestEvent, ScaleOptions options)
    {
        var staying = silos.Where(silo => silo is { IsLive: true, State: SiloState.Starting or SiloState.Ready, DrainAskedAt: null }).ToList();
        var warm = staying.Where(silo => silo.Uptime >= options.WarmUp).Select(silo => silo.Metrics).OfType<SiloMetrics>().ToList();
        return new ScaleLoad
        {
            Silos = staying.Count,
            Cpu = Round(warm.Sum(m => m.Cpu)),
            ThreadPoolDelayMs = Round(warm.Select(m => m.ThreadPoolDelayMs).DefaultIfEmpty().Average()),
            OldestJobSeconds = Round(oldestJob.TotalSeconds),
            OldestEventSeconds = Round(oldestEvent.TotalSeconds),
            Activations = staying.Sum(silo => silo.Metrics?.Activations ?? 0),
            MemoryShare = Round(warm.Select(m => m.MemoryShare).DefaultIfEmpty().Average()),
        };
    }

    private static double Round(double number) => Math.Round(number, 3);
}

/// <summary>How many silos the load asks for.</summary>
/// <param name="Wanted">So many.</param>
/// <param name="Since">When that was decided.</param>
/// <param name="Reasons">What decided it.</param>
/// <param name="SamplesAbove">Samples in a row that asked for more.</param>
/// <param name="CalmSince">Since when one fewer would be enough; null if it would not.</param>
/// <param name="SampledAt">When it was looked at last; null before the first time.</param>
/// <param name="Load">What was seen then.</param>
/// <remarks>
/// Up fast, down slowly: more at once when two samples in a row ask for it, one fewer when fewer would have been enough for
/// minutes. A load that stays in the band between the two limits changes nothing, so that silos do not come and go with it.
/// </remarks>
public sealed record ScaleSignal(
    int Wanted,
    DateTimeOffset Since,
    ImmutableArray<string> Reasons,
    int SamplesAbove,
    DateTimeOffset? CalmSince,
    DateTimeOffset? SampledAt,
    ScaleLoad Load)
{
    /// <summary>The signal after a sample.</summary>
    /// <param name="load">What is seen.</param>
    /// <param name="now">When, by the database's clock.</param>
    /// <param name="options">The limits.</param>
    public ScaleSignal Next(ScaleLoad load, DateTimeOffset now, ScaleOptions options)
    {
        var seen = Forgotten(now, options) with { SampledAt = now, Load = load };
        var bounded = Math.Clamp(Wanted, options.MinSilos, options.MaxSilos);
        if (bounded != Wanted)
            return seen.To(bounded, now, [Text($"the limits are {options.MinSilos} and {options.MaxSilos}")]);

        var demands = Demands(load, options).Where(demand => demand.Silos > Wanted).ToList();
        if (demands.Count > 0 && Wanted < options.MaxSilos)
            return seen.Above(demands, now, options);
        return Wanted > options.MinSilos && IsCalm(load, options)
            ? seen.Calm(load, now, options)
            : seen with { SamplesAbove = 0, CalmSince = null };
    }

    private ScaleSignal Above(List<(int Silos, string Reason)> demands, DateTimeOffset now, ScaleOptions options)
    {
        var above = SamplesAbove + 1;
        if (above < options.SamplesAbove || now - Since < options.RaiseAgainAfter)
            return this with { SamplesAbove = above, CalmSince = null };
        return To(Math.Min(options.MaxSilos, demands.Max(demand => demand.Silos)), now, [.. demands.Select(demand => demand.Reason)]);
    }

    private ScaleSignal Calm(ScaleLoad load, DateTimeOffset now, ScaleOptions options)
    {
        if (CalmSince is not { } since)
            return this with { SamplesAbove = 0, CalmSince = now };
        if (now - since < options.CalmFor)
            return this with { SamplesAbove = 0 };
        return To(Wanted - 1, now, [Text($"cpu of {load.Cpu:0.00} silos, at most {options.CpuBelow:0.00} each with one fewer, for {options.CalmFor.TotalMinutes:0.#} min")])
            with
        { CalmSince = now };
    }

    private ScaleSignal To(int wanted, DateTimeOffset now, ImmutableArray<string> reasons) =>
        this with { Wanted = wanted, Since = now, Reasons = reasons, SamplesAbove = 0, CalmSince = null };

    // Nobody looked for a while (no silo ran, or the database was away): what was seen before says nothing of the time between.
    private ScaleSignal Forgotten(DateTimeOffset now, ScaleOptions options) =>
        SampledAt is { } last && now - last > 6 * options.SampleEvery ? this with { SamplesAbove = 0, CalmSince = null } : this;

    // CPU and grains divide among silos. What else is too much asks for one more than there are; whether that helps is seen then.
    private static IEnumerable<(int Silos, string Reason)> Demands(ScaleLoad load, ScaleOptions options)
    {
        var silos = Math.Max(1, load.Silos);
        yield return (
            (int)Math.Ceiling(load.Cpu / options.CpuAbove),
            Text($"cpu {load.Cpu / silos:0.00} of {silos} {Silos(silos)}, above {options.CpuAbove:0.00}"));
        yield return (
            (int)Math.Min(int.MaxValue, Math.Ceiling((double)load.Activations / options.ActivationsPerSilo)),
            Text($"{load.Activations} activations, above {options.ActivationsPerSilo} a silo"));
        if (load.ThreadPoolDelayMs > options.ThreadPoolDelayAbove.TotalMilliseconds)
            yield return (silos + 1, Text($"work waits {load.ThreadPoolDelayMs:0} ms for a thread, above {options.ThreadPoolDelayAbove.TotalMilliseconds:0}"));
        if (load.OldestJobSeconds > options.JobsLateBy.TotalSeconds)
            yield return (silos + 1, Text($"a job has waited {load.OldestJobSeconds:0} s, above {options.JobsLateBy.TotalSeconds:0.#}"));
        if (load.OldestEventSeconds > options.EventsLateBy.TotalSeconds)
            yield return (silos + 1, Text($"an event has waited {load.OldestEventSeconds:0} s, above {options.EventsLateBy.TotalSeconds:0.#}"));
        if (load.MemoryShare > options.MemoryAbove)
            yield return (silos + 1, Text($"memory {load.MemoryShare:0.00}, above {options.MemoryAbove:0.00}"));
    }

    private bool IsCalm(ScaleLoad load, ScaleOptions options)
    {
        var fewer = Wanted - 1;
        return load.Cpu <= options.CpuBelow * fewer
            && load.Activations <= 0.8 * options.ActivationsPerSilo * fewer
            && load.ThreadPoolDelayMs <= options.ThreadPoolDelayAbove.TotalMilliseconds / 2
            && load.OldestJobSeconds <= options.JobsLateBy.TotalSeconds / 2
            && load.OldestEventSeconds <= options.EventsLateBy.TotalSeconds / 2
            && load.MemoryShare * Math.Max(1, load.Silos) <= 0.9 * options.MemoryAbove * fewer;
    }

    private static string Silos(int count) => count == 1 ? "silo" : "silos";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
