namespace StyleShare.Posts;

/// <summary>The refusals of posts, so that codes are found in one place.</summary>
public static class PostErrors
{
    /// <summary>There is no such post, or not any more.</summary>
    public static Refusal NotFound() => new(RefusalKind.NotFound, "post_not_found", "There is no such post.");

    /// <summary>Only its author may do this.</summary>
    public static Refusal NotYours() => new(RefusalKind.Forbidden, "not_your_post", "Only its author may change a post.");

    /// <summary>The post was changed since the caller read it.</summary>
    public static Refusal Stale() =>
        new(RefusalKind.Stale, "stale_version", "The post was changed since; read it again and repeat the edit.");

    /// <summary>The id is taken.</summary>
    public static Refusal Exists() => new(RefusalKind.Conflict, "post_exists", "There is a post with this id already.");

    /// <summary>There is nothing in the post.</summary>
    public static Refusal Empty() =>
        new(RefusalKind.Unprocessable, "empty_post", "A post needs a caption or a photo.");

    /// <summary>The caption is too long, or no text.</summary>
    public static Refusal BadCaption(TextProblem problem) => new(
        RefusalKind.Invalid,
        problem == TextProblem.TooLong ? "caption_too_long" : "invalid_caption",
        "caption: " + Text.Describe(problem, PostLimits.Caption));

    /// <summary>Too many photos, or one of them twice.</summary>
    public static Refusal BadPhotos(string detail) => new(RefusalKind.Invalid, "invalid_photos", "photoIds: " + detail);

    /// <summary>An item is outside its limits.</summary>
    public static Refusal BadItem(string detail) => new(RefusalKind.Invalid, "invalid_item", "items: " + detail);

    /// <summary>The caption has more tags than a post may have.</summary>
    public static Refusal TooManyTags() =>
        new(RefusalKind.Invalid, "too_many_tags", $"caption: Must have {PostLimits.Tags} tags at the most.");

    /// <summary>The comment is empty, too long, or no text.</summary>
    public static Refusal BadComment(TextProblem problem) => new(
        RefusalKind.Invalid,
        problem switch
        {
            TextProblem.Empty => "empty_comment",
            TextProblem.TooLong => "comment_too_long",
            _ => "invalid_comment",
        },
        "text: " + Text.Describe(problem, PostLimits.Comment));

    /// <summary>There is no such comment on this post, or not any more.</summary>
    public static Refusal CommentNotFound() =>
        new(RefusalKind.NotFound, "comment_not_found", "There is no such comment.");

    /// <summary>Only the comment's author or the post's may do this.</summary>
    public static Refusal NotYourComment() => new(
        RefusalKind.Forbidden, "not_your_comment", "Only its author or the post's author may delete a comment.");
}
