using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StyleShare.Notifications;

namespace StyleShare.Api.Contracts;

/// <summary>A line of the inbox. Likes and follows of one thing within an hour are one.</summary>
/// <param name="Kind"><c>like</c>, <c>comment</c>, <c>mention</c>, <c>follow</c> or <c>system</c>.</param>
/// <param name="Actors">Who did it, newest first; three at the most.</param>
/// <param name="Count">How many did it.</param>
/// <param name="Post">What it is about; absent where it is about no post.</param>
/// <param name="CommentId">The comment that it is about; absent where it is about none.</param>
/// <param name="Text">A sentence, in the caller's language.</param>
public sealed record NotificationResponse(
    Guid Id,
    string Kind,
    ImmutableArray<UserSummaryResponse> Actors,
    long Count,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PostResponse? Post,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? CommentId,
    string Text,
    bool Read,
    DateTime CreatedAt)
{
    /// <summary>Shows a line.</summary>
    public static NotificationResponse Of(ShownLine line, PostResponse? post, string locale, Pictures pictures) => new(
        line.Id,
        NotificationKinds.NameOf(line.Line.Thing.Kind),
        ImmutableArray.CreateRange(line.Actors, static (actor, pictures) => UserSummaryResponse.Of(actor, pictures), pictures),
        line.Line.Count,
        post,
        line.Line.Thing.Comment,
        line.Text(locale),
        line.Read,
        line.Line.CreatedAt.UtcDateTime);
}

/// <summary>Marks lines as read.</summary>
/// <param name="UpTo">The newest line that was seen.</param>
public sealed record ReadRequest(string? UpTo = null);

/// <summary>How many lines are unread.</summary>
public sealed record UnreadResponse(long Count);

/// <summary>A line of the live stream that is gone.</summary>
public sealed record GoneResponse(Guid Id);

/// <summary>A device that pushes go to.</summary>
/// <param name="Platform"><c>apns</c>, <c>fcm</c> or <c>webpush</c>.</param>
/// <param name="Token">Of <c>apns</c> and <c>fcm</c>: what the platform gave to the app.</param>
/// <param name="Subscription">Of <c>webpush</c>: what the browser gave to the page.</param>
public sealed record DeviceRequest(string? Platform = null, string? Token = null, SubscriptionContract? Subscription = null);

/// <summary>A browser's <c>PushSubscription</c>.</summary>
public sealed record SubscriptionContract(string? Endpoint = null, SubscriptionKeysContract? Keys = null);

/// <summary>The keys of a <c>PushSubscription</c>, base64url.</summary>
public sealed record SubscriptionKeysContract(string? P256dh = null, string? Auth = null);

/// <summary>Where a person learns of a kind of thing. Without the inbox there is no push and no mail of it either.</summary>
/// <param name="Inbox">A line of the inbox.</param>
/// <param name="Push">A push when the line is new.</param>
/// <param name="Mail">Whether each line is mailed, at once, to a confirmed address; the daily digest comes besides.</param>
public sealed record WishContract(bool? Inbox = null, bool? Push = null, bool? Mail = null);

/// <summary>Wishes for each kind; in a request, what is absent stays.</summary>
public sealed record WishesContract(
    WishContract? Like = null, WishContract? Comment = null, WishContract? Mention = null, WishContract? Follow = null, WishContract? System = null);

/// <summary>The hours of each day in which nothing is pushed; pushes come when they are over.</summary>
/// <param name="From">Local time, <c>HH:mm</c>.</param>
/// <param name="To">Local time, <c>HH:mm</c>; before <c>From</c> it is one of the next day.</param>
/// <param name="TimeZone">A name of the IANA time zone database.</param>
public sealed record QuietHoursContract(string? From, string? To, string? TimeZone);

/// <summary>What a person wants to be told of, and how.</summary>
/// <param name="Digest">Whether a mail sums up once a day what was not read.</param>
/// <param name="Locale">The language of texts: <c>ko</c> or <c>en</c>.</param>
public sealed record PreferencesResponse(WishesContract Kinds, QuietHoursContract? QuietHours, bool Digest, string Locale);

/// <summary>Changes what a person wants to be told of. What is absent stays; a <c>null</c> ends the quiet hours.</summary>
public sealed class PreferencesRequest
{
    /// <summary>Wishes for each kind.</summary>
    public WishesContract? Kinds { get; set; }

    /// <summary>When nothing is pushed.</summary>
    public QuietHoursContract? QuietHours { get; set { field = value; HasQuietHours = true; } }

    /// <summary>Whether a mail sums up once a day what was not read.</summary>
    public bool? Digest { get; set; }

    /// <summary>The language of texts.</summary>
    public string? Locale { get; set; }

    internal bool HasQuietHours { get; private set; }
}
