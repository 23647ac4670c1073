using System.Collections.Immutable;
using StyleShare.Storage;

namespace StyleShare.Posts;

/// <summary>What happened on a post that somebody is concerned by.</summary>
public enum PostActivityKind
{
    /// <summary>The actor began to like the person's post.</summary>
    Liked,

    /// <summary>The actor likes it no longer.</summary>
    Unliked,

    /// <summary>The actor commented on the person's post.</summary>
    Commented,

    /// <summary>The comment is gone.</summary>
    CommentDeleted,

    /// <summary>The actor mentioned the person, in a caption or in a comment.</summary>
    Mentioned,

    /// <summary>The mention is gone, for the caption was edited or the comment deleted.</summary>
    Unmentioned,

    /// <summary>The post is gone, and everything on it.</summary>
    PostDeleted,
}

/// <summary>Something on a post that concerns a person.</summary>
/// <param name="Comment">The comment that it is about, if it is.</param>
public sealed record PostActivity(PostActivityKind Kind, Guid Post, Guid Actor, Guid? Comment, DateTimeOffset At);

/// <summary>People were mentioned on a post, or are no longer. Handles are as in the text: nobody has looked who has them.</summary>
/// <param name="PostAuthor">Whose post it is.</param>
/// <param name="Comment">The comment with the mentions; null for those in the caption.</param>
/// <param name="Added">Handles that are mentioned now.</param>
/// <param name="Removed">Handles that are mentioned no longer.</param>
/// <param name="PostDeleted">The post is gone, with all mentions on it.</param>
public sealed record MentionActivity(
    Guid Post,
    Guid PostAuthor,
    Guid? Comment,
    Guid Actor,
    ImmutableArray<string> Added,
    ImmutableArray<string> Removed,
    bool PostDeleted,
    DateTimeOffset At);

/// <summary>Raises what posts have to tell on streams, in the change that makes it true. Who listens is not known here.</summary>
public static class PostActivities
{
    /// <summary>Streams of what concerns a person, a JSON array of <see cref="PostActivity"/> an event; their key is
    /// <see cref="KeyOf"/> the person.</summary>
    public const string Namespace = "post-activity";

    /// <summary>Streams of the mentions on a post, a JSON array of <see cref="MentionActivity"/> an event; their key is
    /// <see cref="KeyOf"/> the post.</summary>
    public const string MentionNamespace = "mentions";

    /// <summary>The key of the streams of a person or a post.</summary>
    public static string KeyOf(Guid id) => id.ToString("N");

    /// <summary>Tells a person of something on a post.</summary>
    public static void Raise(Change change, Guid person, PostActivity activity) => change.RaiseTogether(
        Namespace, KeyOf(person), activity.At, activity, PostJson.Default.ListPostActivity);

    internal static void Raise(Change change, PostFact fact)
    {
        switch (fact)
        {
            case PostFact.Liked liked:
                TellAuthor(change, liked.AuthorId, new(PostActivityKind.Liked, liked.PostId, liked.UserId, null, liked.At));
                break;
            case PostFact.Unliked unliked:
                TellAuthor(change, unliked.AuthorId, new(PostActivityKind.Unliked, unliked.PostId, unliked.UserId, null, unliked.At));
                break;
            case PostFact.Commented commented:
                TellOfComment(change, PostActivityKind.Commented, commented.Comment, commented.AuthorId, commented.Comment.CreatedAt);
                break;
            case PostFact.CommentDeleted deleted:
                TellOfComment(change, PostActivityKind.CommentDeleted, deleted.Comment, deleted.AuthorId, deleted.At);
                break;
            case PostFact.Published published:
                TellOfCaption(change, published.Post, [], published.Post.CreatedAt);
                break;
            case PostFact.Edited edited:
                TellOfCaption(change, edited.Post, edited.Before.Mentions, edited.Post.EditedAt!.Value);
                break;
            case PostFact.Deleted deleted:
                TellOfDeletion(change, deleted.Post, deleted.Before);
                break;
        }
    }

    // One's own acts are no news.
    private static void TellAuthor(Change change, Guid author, PostActivity activity)
    {
        if (activity.Actor != author)
            Raise(change, author, activity);
    }

    private static void TellOfComment(Change change, PostActivityKind kind, Comment comment, Guid author, DateTimeOffset at)
    {
        TellAuthor(change, author, new(kind, comment.PostId, comment.AuthorId, comment.Id, at));
        if (Marks.Mentions(comment.Text) is not { IsEmpty: false } handles)
            return;
        var (added, removed) = kind == PostActivityKind.Commented ? (handles, default) : (default(ImmutableArray<string>), handles);
        RaiseMentions(change, new(
            comment.PostId, author, comment.Id, comment.AuthorId, OrNone(added), OrNone(removed), PostDeleted: false, at));
    }

    private static void TellOfCaption(Change change, Post post, ImmutableArray<string> before, DateTimeOffset at)
    {
        var added = post.Content.Mentions.RemoveRange(before);
        var removed = before.RemoveRange(post.Content.Mentions);
        if (!added.IsEmpty || !removed.IsEmpty)
            RaiseMentions(change, new(post.Id, post.AuthorId, null, post.AuthorId, added, removed, PostDeleted: false, at));
    }

    // Nobody knows here whether comments mentioned anybody; who listens finds whom they told of it.
    private static void TellOfDeletion(Change change, Post post, PostContent before)
    {
        var at = post.DeletedAt!.Value;
        if (post.Likes + post.Comments > 0)
            Raise(change, post.AuthorId, new(PostActivityKind.PostDeleted, post.Id, post.AuthorId, null, at));
        if (post.Comments > 0 || !before.Mentions.IsEmpty)
            RaiseMentions(change, new(post.Id, post.AuthorId, null, post.AuthorId, [], [], PostDeleted: true, at));
    }

    private static void RaiseMentions(Change change, MentionActivity activity) => change.RaiseTogether(
        MentionNamespace, KeyOf(activity.Post), activity.At, activity, PostJson.Default.ListMentionActivity);

    private static ImmutableArray<string> OrNone(ImmutableArray<string> handles) => handles.IsDefault ? [] : handles;
}
