using System.ComponentModel.DataAnnotations;

namespace StyleShare.Photos;

/// <summary>Settings of photos (<c>StyleShare:Photos</c>).</summary>
public sealed class PhotoOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Photos";

    /// <summary>
    /// Whether what people uploaded is kept, in private, once its renditions are there. Not by default: it may say where it was
    /// taken, and is ten times what is shown. Kept, renditions of other sizes can be made later.
    /// </summary>
    public bool KeepOriginals { get; set; }

    /// <summary>How long a photo may be there that nothing has shown yet: a day, so that a draft can wait over night.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan RemoveUnusedAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often such photos are looked for, by an index that holds nothing else.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan UnusedSweepEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many of them are removed at once: enough for groups of commits.</summary>
    [Range(1, 1_000)]
    public int RemoveConcurrency { get; set; } = 16;

    /// <summary>
    /// How long the renditions of a picture stay when its last photo is gone: longer than the processing of a photo may take
    /// (<see cref="RenderPhotoJob"/>), so that one which is being stored just now is stored before it is removed, and not behind it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RemovePictureAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long after a photo's end what is uploaded for it is looked for once more: longer than an upload is signed for and may
    /// take, for it may still come.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RemoveUploadAfter { get; set; } = TimeSpan.FromHours(2);

    /// <summary>
    /// How many live streams of progress a person may have open on a silo: one for each photo of a post, and some more. One more
    /// ends the oldest.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxStreamsOfPerson { get; set; } = 16;

    /// <summary>How often a live stream of progress says that it is alive, where nothing else is to be said: before proxies give it up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a live stream of progress lasts; a photo is long done by then, and who still waits comes back.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan StreamLasts { get; set; } = TimeSpan.FromMinutes(10);
}
