using System.ComponentModel.DataAnnotations;

namespace StyleShare.Sweeps;

/// <summary>How populations are swept (<c>StyleShare:Sweeps</c>).</summary>
public sealed class SweepOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Sweeps";

    /// <summary>
    /// How long a step may take: hundreds of times the usual. Twice as long nobody takes over the partition of a silo that died.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan StepTimeLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often an interrupted run is looked after: as often as reminders may be.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ResumeEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a starting silo waits before it tries again to register a sweep that it could not register.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan ScheduleRetry { get; set; } = TimeSpan.FromSeconds(5);

    internal TimeSpan Lease => 2 * StepTimeLimit;
}
