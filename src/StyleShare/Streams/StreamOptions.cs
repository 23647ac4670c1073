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

    /// <summary>
    /// How long a partition stays a silo's that does not renew it: a dead silo's are taken after this. Longer than a collection
    /// of garbage or a slow disk holds a living one up.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")]
    public TimeSpan LeaseFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often leases are renewed: four times before they run out.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan LeaseRenewEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often events are looked for that nobody told of: the safety net, for one query by index. Delayed ones are found by
    /// their own time.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The least time between two reads: under load, what comes meanwhile is read together.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ReadPause { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The least time between two acknowledgements, which are the more together the rarer they are.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan AcknowledgePause { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// How often a partition with nothing in memory is read from its beginning, in case something should be there that was not
    /// read: nothing should, and with nothing there it costs nothing.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan ReadAnewEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Events of a partition in memory, delivered or not: with all 64 partitions 131,072, some 60 MB if nothing gets on.
    /// </summary>
    [Range(16, 1_000_000)]
    public int MaxEvents { get; set; } = 2_048;

    /// <summary>Events of one stream in memory; of one that does not get on, more stay in the database.</summary>
    [Range(1, 100_000)]
    public int MaxEventsOfStream { get; set; } = 256;

    /// <summary>Events of a stream that are delivered in one call: a hot stream is handled with that many fewer commits.</summary>
    [Range(1, 10_000)]
    public int MaxBatch { get; set; } = 64;
}
