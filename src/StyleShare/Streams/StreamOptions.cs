using System.ComponentModel.DataAnnotations;

namespace StyleShare.Streams;

/// <summary>How a silo reads and delivers events (<c>StyleShare:Streams</c>).</summary>
public sealed class StreamOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Streams";

    /// <summary>
    /// How often an event is tried before it becomes a dead letter. With the pauses below, eight tries take a minute: longer
    /// than what passes by itself (a silo that goes, a database that restarts), and until then the stream waits.
    /// </summary>
    [Range(1, 1_000)]
    public int Tries { get; set; } = 8;

    /// <summary>The pause after the first failed try; it doubles with each.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between tries: a stream goes on within a minute after what it needs is back.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long it is remembered which events were handled. An event comes again within seconds, or when a stream that was
    /// stuck goes on, or a backup is restored; a week is longer than either takes.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan HandledKeptFor { get; set; } = TimeSpan.FromDays(7);
}
