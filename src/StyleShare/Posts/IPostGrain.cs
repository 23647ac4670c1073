using System.Collections.Immutable;
using Orleans.Concurrency;
using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Requests;
using StyleShare.Shares;

namespace StyleShare.Posts;

/// <summary>A thing that is shown on a photo and can be bought.</summary>
/// <param name="Price">In minor units of <paramref name="Currency"/> (ISO 4217).</param>
/// <param name="Photo">Which of the post's photos it is on, from 0.</param>
/// <param name="X">Where on the photo, from 0 (left) to 1.</param>
/// <param name="Y">Where on the photo, from 0 (top) to 1.</param>
[GenerateSerializer, Immutable]
public sealed record PostItem(
    string Name,
    string? Brand,
    long? Price,
    string? Currency,
    string? Url,
    int Photo,
    double X,
    double Y);

/// <summary>What others see of a post.</summary>
/// <param name="Version">Grows with every committed change; goes into the ETag.</param>
[GenerateSerializer, Immutable]
public sealed record PostView(
    Guid Id,
    Guid AuthorId,
    string Caption,
    ImmutableArray<PhotoView> Photos,
    ImmutableArray<PostItem> Items,
    ImmutableArray<string> Tags,
    ImmutableArray<string> Mentions,
    long Likes,
    long Comments,
    long Shares,
    long Saves,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EditedAt,
    long Version);

/// <summary>A post as one person sees it.</summary>
[GenerateSerializer, Immutable]
public readonly record struct SeenPost(PostView Post, bool Liked, bool Saved);

/// <summary>Asks for a new post; texts are within their limits, tags and mentions are found by the rules.</summary>
[GenerateSerializer, Immutable]
public sealed record PublishPost(
    UserSummary Author,
    string Caption,
    ImmutableArray<Guid> PhotoIds,
    ImmutableArray<PostItem> Items,
    RequestKey? Request);

/// <summary>A new post and its author as they were then.</summary>
[GenerateSerializer, Immutable]
public sealed record PublishedPost(PostView Post, UserSummary Author);

/// <summary>Edits a post; what is null stays.</summary>
/// <param name="IfVersion">The version that the caller has seen; null to edit whatever is there.</param>
[GenerateSerializer, Immutable]
public sealed record EditPost(
    Guid Caller,
    string? Caption,
    ImmutableArray<Guid>? PhotoIds,
    ImmutableArray<PostItem>? Items,
    long? IfVersion);

/// <summary>Asks for a new comment.</summary>
[GenerateSerializer, Immutable]
public sealed record AddComment(UserSummary Author, string Text, RequestKey? Request);

/// <summary>A comment.</summary>
[GenerateSerializer, Immutable]
public sealed record CommentView(Guid Id, Guid PostId, UserSummary Author, string Text, DateTimeOffset CreatedAt);

/// <summary>A post, and what people do with it. Its key is the post's id.</summary>
public interface IPostGrain : IGrainWithGuidKey
{
    /// <summary>Publishes the post.</summary>
    /// <exception cref="Refusal"><c>unknown_photo</c>, <c>photo_rejected</c>.</exception>
    Task<PublishedPost> Publish(PublishPost command);

    /// <summary>The post as the viewer sees it; null if there is none, or not any more.</summary>
    [ReadOnly]
    Task<SeenPost?> View(Guid viewer);

    /// <summary>Edits the post.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>, <c>not_your_post</c>, <c>stale_version</c>, <c>unknown_photo</c>,
    /// <c>photo_rejected</c>.</exception>
    Task<PostView> Edit(EditPost command);

    /// <summary>Deletes the post; idempotent for its author.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>, <c>not_your_post</c>.</exception>
    Task Delete(Guid caller);

    /// <summary>Likes the post; idempotent.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>.</exception>
    Task Like(Guid user);

    /// <summary>Takes a like back; idempotent.</summary>
    Task Unlike(Guid user);

    /// <summary>Puts the post into the person's private collection; idempotent.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>.</exception>
    Task Save(Guid user);

    /// <summary>Takes the post out of the person's private collection; idempotent.</summary>
    Task Unsave(Guid user);

    /// <summary>Shares the post, and counts that. Only <see cref="Sharing"/> calls it.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>.</exception>
    Task<ShareView> Share(NewShare command);

    /// <summary>Comments on the post.</summary>
    /// <exception cref="Refusal"><c>post_not_found</c>.</exception>
    Task<CommentView> Comment(AddComment command);

    /// <summary>Deletes a comment, by its author or the post's.</summary>
    /// <exception cref="Refusal"><c>comment_not_found</c>, <c>not_your_comment</c>.</exception>
    Task DeleteComment(Guid comment, Guid caller);

    /// <summary>A photo of the post became ready, or was rejected. Idempotent.</summary>
    Task PhotosChanged();
}
