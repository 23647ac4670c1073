using StyleShare.Silos;

namespace StyleShare.Api.Contracts;

/// <summary>The silos that run.</summary>
public sealed record SilosResponse(IReadOnlyList<SiloResponse> Items);

/// <summary>A silo, as it said last.</summary>
/// <param name="Id">Of this process; another start has another one.</param>
/// <param name="Name">What operators call it.</param>
/// <param name="Address">The <c>host:port</c> of its API; null until it listens.</param>
/// <param name="Version">Of the program.</param>
/// <param name="State"><c>starting</c>, <c>ready</c>, <c>draining</c> or <c>stopping</c>.</param>
/// <param name="Live">Whether it was seen lately.</param>
/// <param name="UptimeSeconds">For how long it has been running.</param>
/// <param name="DrainAskedAt">When it was asked to go; null if it was not.</param>
/// <param name="Metrics">What it measures; null if it has not yet.</param>
public sealed record SiloResponse(
    Guid Id,
    string Name,
    string? Address,
    string Version,
    string State,
    bool Live,
    DateTime StartedAt,
    double UptimeSeconds,
    DateTime SeenAt,
    DateTime? DrainAskedAt,
    SiloMetricsResponse? Metrics)
{
    internal static SiloResponse Of(RegisteredSilo silo) => new(
        silo.Id,
        silo.Name,
        silo.Address,
        silo.Version,
        silo.State switch
        {
            SiloState.Starting => "starting",
            SiloState.Ready => "ready",
            SiloState.Draining => "draining",
            _ => "stopping",
        },
        silo.IsLive,
        silo.StartedAt.UtcDateTime,
        Math.Round(silo.Uptime.TotalSeconds, 1),
        silo.SeenAt.UtcDateTime,
        silo.DrainAskedAt?.UtcDateTime,
        SiloMetricsResponse.Of(silo.Metrics));
}

/// <summary>What a silo measures of itself.</summary>
/// <param name="Cpu">The part of its cores in use, in the last 10 s: 0 to 1.</param>
/// <param name="Cores">The cores that it may use; a container may have a part of one.</param>
/// <param name="ThreadPoolDelayMs">How long work waits for a thread, in milliseconds (90th percentile of 10 s).</param>
/// <param name="Activations">Grains in memory.</param>
/// <param name="MemoryBytes">Memory of the process.</param>
/// <param name="MemoryShare">The part of the memory that it may use: 0 to 1.</param>
public sealed record SiloMetricsResponse(
    double Cpu, double Cores, double ThreadPoolDelayMs, long Activations, long MemoryBytes, double MemoryShare)
{
    internal static SiloMetricsResponse? Of(SiloMetrics? metrics) => metrics is null
        ? null
        : new(metrics.Cpu, metrics.Cores, metrics.ThreadPoolDelayMs, metrics.Activations, metrics.MemoryBytes, metrics.MemoryShare);
}

/// <summary>A silo is asked to drain.</summary>
/// <param name="DrainAskedAt">When it was asked the first time.</param>
public sealed record DrainResponse(Guid Id, string Name, DateTime DrainAskedAt);

/// <summary>How many silos the load asks for.</summary>
/// <param name="Wanted">So many.</param>
/// <param name="Running">So many are ready.</param>
/// <param name="Reasons">What decided it.</param>
/// <param name="Since">When it was decided.</param>
/// <param name="SampledAt">When it was looked at last; null if it was not yet.</param>
/// <param name="Load">What was seen then.</param>
public sealed record ScaleResponse(
    int Wanted, int Running, IReadOnlyList<string> Reasons, DateTime Since, DateTime? SampledAt, ScaleLoadResponse Load)
{
    internal static ScaleResponse Of(ScaleView view) => new(
        view.Signal.Wanted,
        view.Running,
        view.Signal.Reasons,
        view.Signal.Since.UtcDateTime,
        view.Signal.SampledAt?.UtcDateTime,
        ScaleLoadResponse.Of(view.Signal.Load));
}

/// <summary>What the signal is judged by, of all silos together.</summary>
/// <param name="Silos">Silos that run and are to go on.</param>
/// <param name="Cpu">CPU in use, in silos: 1.5 is all cores of one silo and half of another's.</param>
/// <param name="ThreadPoolDelayMs">How long work waits for a thread, in milliseconds: the mean of the silos.</param>
/// <param name="OldestJobSeconds">For how long the first job has waited that could run.</param>
/// <param name="OldestEventSeconds">For how long the first event has waited that could be delivered.</param>
/// <param name="Activations">Grains in memory.</param>
/// <param name="MemoryShare">The part of the memory in use: the mean of the silos.</param>
public sealed record ScaleLoadResponse(
    int Silos, double Cpu, double ThreadPoolDelayMs, double OldestJobSeconds, double OldestEventSeconds, long Activations, double MemoryShare)
{
    internal static ScaleLoadResponse Of(ScaleLoad load) => new(
        load.Silos, load.Cpu, load.ThreadPoolDelayMs, load.OldestJobSeconds, load.OldestEventSeconds, load.Activations, load.MemoryShare);
}
