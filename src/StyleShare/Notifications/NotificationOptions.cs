using System.ComponentModel.DataAnnotations;

namespace StyleShare.Notifications;

/// <summary>Settings of notifications, under <c>StyleShare:Notifications</c>.</summary>
public sealed class NotificationOptions
{
    /// <summary>Where they are in the configuration.</summary>
    public const string Section = "StyleShare:Notifications";

    /// <summary>How long after a line is opened it is pushed: as long as people take to undo what they did by mistake, and as
    /// short as nobody minds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PushDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a push is of use. A device that is off for longer has the inbox to look at.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "28.00:00:00")]
    public TimeSpan PushExpiry { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How many unread lines an inbox keeps as such; when there are more, the older half is taken as read. Nobody
    /// reads through a thousand.</summary>
    [Range(2, 100_000)]
    public int MaxUnread { get; set; } = 1_000;

    /// <summary>How long lines that are read are kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How many devices a person may have; one more, and the one that was heard of longest ago is forgotten.</summary>
    [Range(1, 100)]
    public int MaxDevices { get; set; } = 20;

    /// <summary>How many live streams a person may have open on a silo: some devices and browser tabs. One more ends the oldest.</summary>
    [Range(1, 1_000)]
    public int MaxStreamsOfPerson { get; set; } = 8;

    /// <summary>How many live streams a silo serves: each is a connection, a waiting call and some 20 kB.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>How often an idle live stream says that it is alive: half of the least time after which proxies give a
    /// connection up (30 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:25")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The least time between two looks of a live stream, however much happens: a crowd's likes are one change a
    /// blink, not hundreds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StreamPause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a live stream lasts; then the client comes back with <c>Last-Event-ID</c> and a token that is good.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StreamLasts { get; set; } = TimeSpan.FromMinutes(15);
}
