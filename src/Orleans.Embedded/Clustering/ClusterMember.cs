using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>A silo as the membership table has it.</summary>
/// <param name="Address">Where it listens, and in which of its lives.</param>
/// <param name="Name">What it is called.</param>
/// <param name="HostName">The machine that it runs on.</param>
/// <param name="Status">How far its life has come.</param>
/// <param name="Suspicions">Who holds it for dead.</param>
/// <param name="StartTime">When it started, by its own clock (UTC).</param>
/// <param name="IAmAliveTime">When it last wrote that it lives, by its own clock (UTC).</param>
internal sealed record ClusterMember(
    SiloAddress Address,
    string Name,
    string HostName,
    SiloStatus Status,
    ImmutableArray<Suspicion> Suspicions,
    DateTime StartTime,
    DateTime IAmAliveTime)
{
    public bool IsActive => Status == SiloStatus.Active;

    // It may be probed, voted on and told of changes.
    public bool IsFunctioning => Status is SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;
}

/// <summary>A vote that a silo is dead.</summary>
/// <param name="By">Who says so.</param>
/// <param name="At">When, by its own clock (UTC).</param>
internal sealed record Suspicion(SiloAddress By, DateTime At);
