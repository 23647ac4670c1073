using System.ComponentModel.DataAnnotations;

namespace StyleShare.Silos;

/// <summary>How many silos a load asks for (<c>StyleShare:Scale</c>); all silos are to have the same.</summary>
public sealed class ScaleOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Scale";

    /// <summary>Never fewer.</summary>
    [Range(1, 10_000)]
    public int MinSilos { get; set; } = 1;

    /// <summary>Never more: a limit to what a mistake may cost, and to connections to the database (some 30 a silo).</summary>
    [Range(1, 10_000)]
    public int MaxSilos { get; set; } = 10;

    /// <summary>Above this part of the cores in use, more silos are wanted: what is left covers the time until they serve.</summary>
    [Range(0.05, 1.0)]
    public double CpuAbove { get; set; } = 0.70;

    /// <summary>
    /// A silo fewer is enough if the others would use less than this. The gap to <see cref="CpuAbove"/> is what a load may
    /// swing without any silo being started or stopped.
    /// </summary>
    [Range(0.01, 1.0)]
    public double CpuBelow { get; set; } = 0.50;

    /// <summary>Above this wait for a thread another silo is wanted: every request has several such waits.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan ThreadPoolDelayAbove { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>When a job that could run has waited so long, another silo is wanted.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan JobsLateBy { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When an event has waited so long, another silo is wanted; usually they are delivered within milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan EventsLateBy { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Above this part of the memory in use another silo is wanted, on which some of the grains come to be.</summary>
    [Range(0.05, 1.0)]
    public double MemoryAbove { get; set; } = 0.85;

    /// <summary>Grains that a silo is to have at most: with 1 to 3 kB each, 3 GB.</summary>
    [Range(1_000, 1_000_000_000)]
    public long ActivationsPerSilo { get; set; } = 1_000_000;

    /// <summary>How often a sample is judged, by one of the silos.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan SampleEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Samples in a row that must ask for more, so that a single peak does not.</summary>
    [Range(1, 100)]
    public int SamplesAbove { get; set; } = 2;

    /// <summary>How long after a change more may be asked for again: what was asked for has begun to help by then.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RaiseAgainAfter { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long fewer must have been enough before one fewer is asked for; then the next one as long again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan CalmFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A silo's CPU does not count before it has run so long: starting takes more than serving.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan WarmUp { get; set; } = TimeSpan.FromSeconds(15);
}
