using System.ComponentModel.DataAnnotations;

namespace StyleShare.Feeds;

/// <summary>Settings of feeds, under <c>StyleShare:Feeds</c>.</summary>
public sealed class FeedOptions
{
    /// <summary>Where they are in the configuration.</summary>
    public const string Section = "StyleShare:Feeds";

    /// <summary>How many posts a feed keeps in memory (32 bytes each). 500 is more than people scroll in a day; what lies
    /// deeper is read from the database.</summary>
    [Range(20, 10_000)]
    public int Kept { get; set; } = 500;

    /// <summary>How many posts of all authors a silo remembers (64 bytes each): at 100 posts a second the last ten minutes. A
    /// feed that was not read for longer than that is built anew.</summary>
    [Range(16, 1 << 22)]
    public int Recent { get; set; } = 65_536;

    /// <summary>How often the log is asked for posts that other silos published: a quarter of the second within which they
    /// must be seen.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The least time between two polls, however much is published here: bounds what tailing costs.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan PollPause { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a poll may take before it is given up and tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan PollTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause after polls that failed; it starts with <see cref="PollInterval"/> and doubles.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long rows stay in the log. A silo that could not read it for half as long forgets what it knows, so that
    /// feeds are built anew.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often old rows are pruned.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PruneInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many rows are pruned at once, so that nobody waits for it.</summary>
    [Range(1, 100_000)]
    public int PruneBatch { get; set; } = 1_000;
}
