using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Api.Contracts;

/// <summary>A thing on a photo that can be bought; the same form in and out.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Brand">Who makes it.</param>
/// <param name="Price">In minor units of <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Url">Where it is sold.</param>
/// <param name="Photo">Which of the post's photos it is on, from 0.</param>
/// <param name="X">Where on the photo, from 0 (left) to 1.</param>
/// <param name="Y">Where on the photo, from 0 (top) to 1.</param>
public sealed record ItemContract(
    string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Brand,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Price,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Currency,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url,
    int? Photo,
    double? X,
    double? Y);

/// <summary>A new post.</summary>
/// <param name="Caption">Up to 2,200 characters.</param>
/// <param name="PhotoIds">Up to 10 of the caller's photos.</param>
/// <param name="Items">What can be bought on them.</param>
public sealed record PublishRequest(string? Caption = null, string?[]? PhotoIds = null, ItemContract?[]? Items = null);

/// <summary>Edits a post. What is absent stays.</summary>
public sealed class EditPostRequest
{
    /// <summary>Up to 2,200 characters; <c>null</c> empties it.</summary>
    public string? Caption { get; set { field = value; HasCaption = true; } }

    /// <summary>Up to 10 of the caller's photos; <c>null</c> takes them away.</summary>
    public string?[]? PhotoIds { get; set { field = value; HasPhotoIds = true; } }

    /// <summary>What can be bought on them; <c>null</c> takes them away.</summary>
    public ItemContract?[]? Items { get; set { field = value; HasItems = true; } }

    internal bool HasCaption { get; private set; }

    internal bool HasPhotoIds { get; private set; }

    internal bool HasItems { get; private set; }
}

/// <summary>How many there are.</summary>
public sealed record PostCounts(long Likes, long Comments, long Shares, long Saves);

/// <summary>What the caller did with the post.</summary>
public sealed record PostViewer(bool Liked, bool Saved);

/// <summary>A post.</summary>
public sealed record PostResponse(
    Guid Id,
    UserSummaryResponse Author,
    string Caption,
    ImmutableArray<PhotoResponse> Photos,
    ImmutableArray<ItemContract> Items,
    ImmutableArray<string> Tags,
    ImmutableArray<string> Mentions,
    PostCounts Counts,
    PostViewer Viewer,
    DateTime CreatedAt,
    DateTime? EditedAt)
{
    /// <summary>Shows a post.</summary>
    public static PostResponse Of(PostView post, UserSummary author, bool liked, bool saved, Pictures pictures) => new(
        post.Id,
        UserSummaryResponse.Of(author, pictures),
        post.Caption,
        Each(post.Photos, pictures.Photo),
        Each(post.Items, static item => new ItemContract(
            item.Name, item.Brand, item.Price, item.Currency, item.Url, item.Photo, item.X, item.Y)),
        post.Tags,
        post.Mentions,
        new PostCounts(post.Likes, post.Comments, post.Shares, post.Saves),
        new PostViewer(liked, saved),
        post.CreatedAt.UtcDateTime,
        post.EditedAt?.UtcDateTime);

    private static ImmutableArray<TOut> Each<TIn, TOut>(ImmutableArray<TIn> from, Func<TIn, TOut> show) =>
        from.IsDefaultOrEmpty ? [] : ImmutableArray.CreateRange(from, show);
}

/// <summary>A new comment.</summary>
/// <param name="Text">Up to 1,000 characters.</param>
public sealed record CommentRequest(string? Text);

/// <summary>A comment.</summary>
public sealed record CommentResponse(Guid Id, Guid PostId, UserSummaryResponse Author, string Text, DateTime CreatedAt)
{
    /// <summary>Shows a comment.</summary>
    public static CommentResponse Of(CommentView comment, Pictures pictures) => new(
        comment.Id, comment.PostId, UserSummaryResponse.Of(comment.Author, pictures), comment.Text, comment.CreatedAt.UtcDateTime);
}
