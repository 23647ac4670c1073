using System.ComponentModel.DataAnnotations;

namespace StyleShare.Silo;

/// <summary>Settings of the process, section <c>StyleShare:Silo</c>.</summary>
public sealed class SiloOptions
{
    /// <summary>
    /// How long a stop may take: requests under way end, then grains commit. An orchestrator kills after 10 to 30 seconds; the
    /// longest write is far shorter than this.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(4.5);

    /// <summary>The port on which silos talk to each other.</summary>
    [Range(1, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <summary>The port on which clients outside of silos talk to them.</summary>
    [Range(1, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>How old the copy of the recent posts may be before the silo says that it is not ready: feeds would be stale.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan FeedMayLag { get; set; } = TimeSpan.FromSeconds(10);
}
