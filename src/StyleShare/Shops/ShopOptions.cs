using System.ComponentModel.DataAnnotations;

namespace StyleShare.Shops;

/// <summary>Settings of shops; section <c>StyleShare:Shops</c>.</summary>
public sealed class ShopOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Shops";

    /// <summary>
    /// How long the API keys of before are good once there is a new one: a day, in which every till of a shop is switched on
    /// and gets it. One that got into wrong hands is deleted, which ends it at once.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan KeyOverlap { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Keys of a shop that are good at the same time: rotating some times in a day is a mistake or a test, more is neither.</summary>
    [Range(1, 100)]
    public int MaxKeys { get; set; } = 10;
}
