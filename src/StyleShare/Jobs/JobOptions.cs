using System.ComponentModel.DataAnnotations;

namespace StyleShare.Jobs;

/// <summary>Settings of jobs, under <c>StyleShare:Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>Where they are in the configuration.</summary>
    public const string Section = "StyleShare:Jobs";

    /// <summary>Whether this silo does jobs; one that does not still enqueues them.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How often the database is asked for jobs when nothing says that there are any: those that other silos have no room
    /// for, and those whose time has come. They are late by this at most.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a silo says that it lives. A small row each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After how long without a word a silo is taken for dead and its jobs are run by others. Longer than a pause of the
    /// garbage collector or an overloaded machine, short enough for 15 s in all.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan DeadAfter { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Jobs of a kind that a silo claims ahead of those it runs, at the most; only where they are done so quickly that
    /// these are a tenth of a second's work.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxAhead { get; set; } = 1_000;

    /// <summary>Outcomes written together: beyond some hundreds the fixed cost of a commit is gone.</summary>
    [Range(1, 10_000)]
    public int MaxBatch { get; set; } = 1_000;

    /// <summary>How long a handler may take to notice that its time is over, before it is left alone.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long jobs may go on when the silo stops, before they are cancelled; well within the silo's stop timeout.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long jobs may take to end when they are cancelled at a stop; what is left then is run by others.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StopCancelGrace { get; set; } = TimeSpan.FromSeconds(0.5);
}
