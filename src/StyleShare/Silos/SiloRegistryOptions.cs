using System.ComponentModel.DataAnnotations;

namespace StyleShare.Silos;

/// <summary>How this silo is known to others, and how it goes (<c>StyleShare:Silo</c>).</summary>
public sealed class SiloRegistryOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Silo";

    /// <summary>What operators call it; by default <c>machine-process</c>.</summary>
    [StringLength(100, MinimumLength = 1)]
    public string Name { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>
    /// The <c>host:port</c> at which load balancers reach its API; by default where it listens, with the advertised
    /// <see cref="Address"/> or the machine's name if it listens on all addresses.
    /// </summary>
    [RegularExpression(@"^[^\s/]+:\d{1,5}$", ErrorMessage = "HttpAddress must be host:port.")]
    public string? HttpAddress { get; set; }

    /// <summary>The address that other silos reach it by.</summary>
    public string? Address { get; set; }

    /// <summary>
    /// How long a silo that drains still serves, so that load balancers see it and send elsewhere: longer than two looks of a
    /// usual health check (Kubernetes with <c>periodSeconds: 2</c>, the supervisor of <c>./run</c>). One without other silos does not wait.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it says that it lives, with what it measures. A small row each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan SeenEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>For how long one that was seen counts as running: five words may be missed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan LiveFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long without a word its row is removed; until then operators see that it is lost.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromSeconds(30);
}
