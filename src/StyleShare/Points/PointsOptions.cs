using System.ComponentModel.DataAnnotations;

namespace StyleShare.Points;

/// <summary>How points are held, shown and expired (<c>StyleShare:Points</c>).</summary>
public sealed class PointsOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Points";

    /// <summary>How long points are set aside: as long as one stands in line at a till, and not so long that they are missed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan HoldFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many holds of one account may wait for tills at once: more than anybody needs, few enough to be looked through.</summary>
    [Range(1, 100)]
    public int MaxOpenHolds { get; set; } = 10;

    /// <summary>
    /// After how long an account looks at its rows again: a silo that committed points and died before it could tell is noticed
    /// so late. One read by key in that time costs nothing.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan SnapshotMaxAge { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often a silo compares its clock with the database's: a clock that is set differently meanwhile is believed for so long.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan ClockSampleEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How soon it tries again while the database cannot be asked for its time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ClockRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the code lives that an app shows so that a till knows who buys: long enough for a line at the till.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MemberCodeFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a redemption's code is known after the hold's end, so that a late till is told what became of it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CodeKnownAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often lots that are over are looked for: they end at midnight (UTC), and no account shows or spends them from that
    /// moment on, so nobody waits for this.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ExpirySweepEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many accounts expire points at once: enough for whole groups of commits, and tills still go first.</summary>
    [Range(1, 10_000)]
    public int ExpirySweepConcurrency { get; set; } = 32;
}
