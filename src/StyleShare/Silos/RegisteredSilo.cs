namespace StyleShare.Silos;

/// <summary>How far a silo is in its life.</summary>
public enum SiloState
{
    /// <summary>It does not serve yet.</summary>
    Starting,

    /// <summary>It serves.</summary>
    Ready,

    /// <summary>It still serves, and is to get nothing new.</summary>
    Draining,

    /// <summary>It ends what is under way.</summary>
    Stopping,
}

/// <summary>A running silo, as it said last.</summary>
/// <param name="Id">Of this process; another start has another one.</param>
/// <param name="Name">What operators call it.</param>
/// <param name="Address">The <c>host:port</c> of its API; null until it listens.</param>
/// <param name="Version">Of the program.</param>
/// <param name="State">How far it is.</param>
/// <param name="StartedAt">When it started, by the database's clock.</param>
/// <param name="SeenAt">When it said this, by the database's clock.</param>
/// <param name="DrainAskedAt">When it was asked to go; null if it was not.</param>
/// <param name="IsLive">Whether that is recent: one that is not has hung, or is gone without a word.</param>
/// <param name="Uptime">For how long it has been running.</param>
/// <param name="Metrics">What it measured; null if it has not yet.</param>
public sealed record RegisteredSilo(
    Guid Id,
    string Name,
    string? Address,
    string Version,
    SiloState State,
    DateTimeOffset StartedAt,
    DateTimeOffset SeenAt,
    DateTimeOffset? DrainAskedAt,
    bool IsLive,
    TimeSpan Uptime,
    SiloMetrics? Metrics);
