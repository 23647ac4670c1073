using StyleShare.Shares;

namespace StyleShare.Posts;

/// <summary>A post, and the rules of what may happen to it. Null stands for a post that was never published.</summary>
/// <remarks>
/// Who likes or saves it is no part of this record, for there is no bound to it; the grain knows, and asks only for changes:
/// a like by someone who does not like it yet, and so on.
/// </remarks>
public sealed record Post(
    Guid Id,
    Guid AuthorId,
    PostContent Content,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EditedAt,
    DateTimeOffset? DeletedAt,
    long Likes,
    long Comments,
    long Shares,
    long Saves)
{
    /// <summary>The post, if there is one to see.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>.</exception>
    public static Post Existing(Post? post) => post is { DeletedAt: null } ? post : throw PostErrors.NotFound();

    /// <summary>Publishes a post under an id that nothing was published under.</summary>
    public static Decision<Post, PostFact> Publish(
        Post? post, Guid id, Guid author, PostContent content, DateTimeOffset now)
    {
        if (post is not null)
            throw PostErrors.Exists();
        var published = new Post(id, author, content, now, null, null, 0, 0, 0, 0);
        return new(published, [new PostFact.Published(published)]);
    }

    /// <summary>The post, if there is one and it is this person's to change.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>, <c>not_your_post</c>.</exception>
    public static Post Own(Post? post, Guid caller) =>
        Existing(post).AuthorId == caller ? post! : throw PostErrors.NotYours();

    /// <summary>Changes what the post shows.</summary>
    public static Decision<Post, PostFact> Edit(Post? post, Guid caller, PostContent content, DateTimeOffset now) =>
        Own(post, caller).Edit(content, now);

    private Decision<Post, PostFact> Edit(PostContent content, DateTimeOffset now)
    {
        if (content.IsSameAs(Content))
            return Decision<Post, PostFact>.Nothing(this);
        var edited = this with { Content = content, EditedAt = Later(now) };
        return new(edited, [new PostFact.Edited(edited, Content)]);
    }

    /// <summary>Deletes the post; its author may do so again.</summary>
    public static Decision<Post, PostFact> Delete(Post? post, Guid caller, DateTimeOffset now)
    {
        if (post is null)
            throw PostErrors.NotFound();
        if (post.DeletedAt is not null)
            return post.AuthorId == caller ? Decision<Post, PostFact>.Nothing(post) : throw PostErrors.NotFound();
        var deleted = Own(post, caller) with { Content = PostContent.Empty, DeletedAt = post.Later(now) };
        return new(deleted, [new PostFact.Deleted(deleted, post.Content)]);
    }

    /// <summary>A like by someone who did not like it.</summary>
    public static Decision<Post, PostFact> Like(Post? post, Guid user, DateTimeOffset now)
    {
        post = Existing(post);
        return new(post with { Likes = post.Likes + 1 }, [new PostFact.Liked(post.Id, post.AuthorId, user, post.Later(now))]);
    }

    /// <summary>The end of a like; also of a deleted post, whose rows go with the account of the one who liked it.</summary>
    public Decision<Post, PostFact> Unlike(Guid user, DateTimeOffset now) =>
        new(this with { Likes = Likes - 1 }, [new PostFact.Unliked(Id, AuthorId, user, Later(now))]);

    /// <summary>Someone who did not have it puts it into their collection.</summary>
    public static Decision<Post, PostFact> Save(Post? post, Guid user, DateTimeOffset now)
    {
        post = Existing(post);
        return new(post with { Saves = post.Saves + 1 }, [new PostFact.Saved(post.Id, user, post.Later(now))]);
    }

    /// <summary>Someone takes it out of their collection; also a deleted one.</summary>
    public Decision<Post, PostFact> Unsave(Guid user) =>
        new(this with { Saves = Saves - 1 }, [new PostFact.Unsaved(Id, user)]);

    /// <summary>Someone shares it.</summary>
    public static Decision<Post, PostFact> AddShare(Post? post, Share share)
    {
        post = Existing(post);
        return new(post with { Shares = post.Shares + 1 }, [new PostFact.Shared(share)]);
    }

    /// <summary>A comment.</summary>
    /// <param name="id">The new comment's id.</param>
    public static Decision<Post, PostFact> AddComment(
        Post? post, Guid id, Guid author, string text, DateTimeOffset now, out Comment comment)
    {
        post = Existing(post);
        var problem = Text.Clean(text, PostLimits.Comment, out var clean);
        if (problem != TextProblem.None)
            throw PostErrors.BadComment(problem);
        comment = new(id, post.Id, author, clean, post.Later(now));
        return new(post with { Comments = post.Comments + 1 }, [new PostFact.Commented(comment, post.AuthorId)]);
    }

    /// <summary>The end of a comment that was not deleted before. A deleted post's comment goes by its author only.</summary>
    public Decision<Post, PostFact> DeleteComment(Comment comment, Guid caller, DateTimeOffset now)
    {
        if (DeletedAt is not null && caller != comment.AuthorId)
            throw PostErrors.CommentNotFound();
        if (caller != comment.AuthorId && caller != AuthorId)
            throw PostErrors.NotYourComment();
        return new(this with { Comments = Comments - 1 }, [new PostFact.CommentDeleted(comment, AuthorId, Later(now))]);
    }

    // Clocks of two machines differ: nothing happens to a post before it is there.
    private DateTimeOffset Later(DateTimeOffset now) => now > CreatedAt ? now : CreatedAt;
}
