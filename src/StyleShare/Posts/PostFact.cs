using StyleShare.Shares;

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
    public sealed record Edited(Post Post, PostContent Before) : PostFact;

    /// <summary>It was deleted.</summary>
    public sealed record Deleted(Post Post, PostContent Before) : PostFact;

    /// <summary>Someone began to like it, which <c>AuthorId</c> published.</summary>
    public sealed record Liked(Guid PostId, Guid AuthorId, Guid UserId, DateTimeOffset At) : PostFact;

    /// <summary>Someone likes it no longer.</summary>
    public sealed record Unliked(Guid PostId, Guid AuthorId, Guid UserId, DateTimeOffset At) : PostFact;

    /// <summary>Someone put it into their collection.</summary>
    public sealed record Saved(Guid PostId, Guid UserId, DateTimeOffset At) : PostFact;

    /// <summary>Someone took it out of their collection.</summary>
    public sealed record Unsaved(Guid PostId, Guid UserId) : PostFact;

    /// <summary>Someone shared it.</summary>
    public sealed record Shared(Share Share) : PostFact;

    /// <summary>Someone commented on it, which <c>AuthorId</c> published.</summary>
    public sealed record Commented(Comment Comment, Guid AuthorId) : PostFact;

    /// <summary>A comment on it was deleted.</summary>
    public sealed record CommentDeleted(Comment Comment, Guid AuthorId, DateTimeOffset At) : PostFact;
}
