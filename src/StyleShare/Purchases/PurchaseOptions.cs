using System.ComponentModel.DataAnnotations;

namespace StyleShare.Purchases;

/// <summary>Settings of purchases; section <c>StyleShare:Purchases</c>.</summary>
public sealed class PurchaseOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Purchases";

    /// <summary>
    /// How long a purchase or a refund that is committed waits for the accounts of those it concerns, so that who asks next sees
    /// it: usually a millisecond. An account that is told nothing finds out within seconds; what was not taken, a job takes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:30")]
    public TimeSpan TellFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long a job takes back what a refund could not take back at once: longer than <see cref="TellFor"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ClawBackRetry { get; set; } = TimeSpan.FromSeconds(5);
}
