using System.Collections.Immutable;

namespace StyleShare.Posts;

/// <summary>A comment as it is kept.</summary>
public sealed record Comment(Guid Id, Guid PostId, Guid AuthorId, string Text, DateTimeOffset CreatedAt);

/// <summary>What can happen to a post; <see cref="PostTable"/> knows which rows each is.</summary>
public abstract record PostFact
{
    private PostFact()
    {
    }

    /// <summary>It was published.</summary>
    public sealed record Published(Post Post) : PostFact;

    /// <summary>What it shows was changed.</summary>
    public sealed record Edited(Post Post, ImmutableArray<string> TagsBefore) : PostFact;

    /// <summary>It was deleted.</summary>
    public sealed record Deleted(Guid PostId, ImmutableArray<string> TagsBefore) : PostFact;

    /// <summary>Someone began to like it.</summary>
    public sealed record Liked(Guid PostId, Guid UserId, DateTimeOffset At) : PostFact;

    /// <summary>Someone likes it no longer.</summary>
    public sealed record Unliked(Guid PostId, Guid UserId) : PostFact;

    /// <summary>Someone put it into their collection.</summary>
    public sealed record Saved(Guid PostId, Guid UserId, DateTimeOffset At) : PostFact;

    /// <summary>Someone took it out of their collection.</summary>
    public sealed record Unsaved(Guid PostId, Guid UserId) : PostFact;

    /// <summary>Someone commented on it.</summary>
    public sealed record Commented(Comment Comment) : PostFact;

    /// <summary>A comment on it was deleted.</summary>
    public sealed record CommentDeleted(Guid CommentId, DateTimeOffset At) : PostFact;
}
