using System.ComponentModel.DataAnnotations;

namespace StyleShare.Silo;

/// <summary>Which silos work together, section <c>StyleShare:Cluster</c>; all of them are to have the same.</summary>
public sealed class ClusterOptions
{
    /// <summary>Silos with this name on one database find each other.</summary>
    [Required]
    [StringLength(150, MinimumLength = 1)]
    public string Id { get; set; } = "styleshare";

    /// <summary>
    /// Proves to the other silos that one belongs to them; 32 characters at least. Needed as soon as silos are on several machines:
    /// without it they listen on this machine only.
    /// </summary>
    [StringLength(1000, MinimumLength = 32)]
    public string? Secret { get; set; }
}
