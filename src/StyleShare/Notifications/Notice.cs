using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Notifications;

/// <summary>Something that concerns a person, as the inbox takes it.</summary>
public abstract record Notice
{
    private Notice()
    {
    }

    /// <summary>It happened, and the person may want to know.</summary>
    /// <param name="Thing">What it is about.</param>
    /// <param name="Actor">Who did it; nobody where the service says something.</param>
    /// <param name="At">When.</param>
    /// <param name="System">What the service says; null for everything else.</param>
    public sealed record Happened(Thing Thing, Guid Actor, DateTimeOffset At, SystemText? System = null) : Notice;

    /// <summary>It was taken back.</summary>
    public sealed record Undone(Thing Thing, Guid Actor) : Notice;

    /// <summary>The post is gone, and with it what was on it.</summary>
    public sealed record PostGone(Guid Post) : Notice;

    /// <summary>What an activity on a post is to the person whom it concerns.</summary>
    public static Notice Of(PostActivity activity)
    {
        var like = new Thing(NotificationKind.Like, activity.Post, null);
        var comment = new Thing(NotificationKind.Comment, activity.Post, activity.Comment);
        var mention = new Thing(NotificationKind.Mention, activity.Post, activity.Comment);
        return activity.Kind switch
        {
            PostActivityKind.Liked => new Happened(like, activity.Actor, activity.At),
            PostActivityKind.Unliked => new Undone(like, activity.Actor),
            PostActivityKind.Commented => new Happened(comment, activity.Actor, activity.At),
            PostActivityKind.CommentDeleted => new Undone(comment, activity.Actor),
            PostActivityKind.Mentioned => new Happened(mention, activity.Actor, activity.At),
            PostActivityKind.Unmentioned => new Undone(mention, activity.Actor),
            PostActivityKind.PostDeleted => new PostGone(activity.Post),
            _ => throw new ArgumentOutOfRangeException(nameof(activity), activity.Kind, "This activity is not known."),
        };
    }

    /// <summary>What a word of the service is to the person whom it is for.</summary>
    public static Notice Of(SystemNotice notice) =>
        new Happened(new(NotificationKind.System, null, null), Guid.Empty, notice.At, notice.Text);

    /// <summary>What a follow is to the person who is followed.</summary>
    public static Notice Of(FollowActivity activity)
    {
        var follow = new Thing(NotificationKind.Follow, null, null);
        return activity.Follows ? new Happened(follow, activity.Follower, activity.At) : new Undone(follow, activity.Follower);
    }
}

/// <summary>What a line is about. Likes of one thing may be one line; comments and mentions are things of their own.</summary>
/// <param name="Post">The post; null for what is about none.</param>
/// <param name="Comment">The comment; null for what is about none, such as a mention in a caption.</param>
public readonly record struct Thing(NotificationKind Kind, Guid? Post, Guid? Comment)
{
    /// <summary>Whether many people's acts on it are one line.</summary>
    public bool IsGrouped => Kind is NotificationKind.Like or NotificationKind.Follow;
}
