using System.ComponentModel.DataAnnotations;

namespace StyleShare.Silo;

/// <summary>Settings of the process, section <c>StyleShare:Silo</c>.</summary>
public sealed class SiloOptions
{
    /// <summary>
    /// How long a stop may take, after a drain: requests under way end, then grains commit and go to other silos. With the drain
    /// (5 s) this is within the 30 seconds after which Kubernetes kills; the longest write is far shorter.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Where other silos reach it. Beyond this machine it needs the cluster's secret.</summary>
    [RegularExpression("^[0-9a-fA-F:.]+$", ErrorMessage = "The address must be an IP address.")]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port on which silos talk to each other; 0 for any free one, which the others learn from the cluster's table.</summary>
    [Range(0, 65_535)]
    public int SiloPort { get; set; }

    /// <summary>How old the copy of the recent posts may be before the silo says that it is not ready: feeds would be stale.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan FeedMayLag { get; set; } = TimeSpan.FromSeconds(10);
}
