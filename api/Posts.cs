using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary><c>/v1/posts</c>: publishing, seeing, editing and deleting.</summary>
internal sealed class Posts(IGrainFactory grains, PostAccess access, Visibility visibility, Pictures pictures, Ids ids, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/posts", Publish).Limit(Limited.Write)
            .Describe("Posts", "publishPost", "Publish a post", "Tags and mentions are found in the caption.")
            .Takes<PublishRequest>(Examples.Publish)
            .Gives<PostResponse>(201, Examples.Published)
            .Fails(422, "empty_post", "unknown_photo", "photo_rejected");
        v1.Get("/posts/{id}", "post", Get).DisableRequestTimeout()
            .Describe("Posts", "getPost", "See a post", "With what the caller did with it.")
            .Gives<PostResponse>(200, Examples.Post).HasETag()
            .Fails(404, "post_not_found");
        v1.Patch("/posts/{id}", "post", Edit).Limit(Limited.Write)
            .Describe("Posts", "editPost", "Edit a post", "What is absent stays.")
            .Takes<EditPostRequest>(Examples.EditPost)
            .Gives<PostResponse>(200, Examples.EditedPost).HasIfMatch()
            .Fails(403, "not_your_post").Fails(404, "post_not_found")
            .Fails(422, "empty_post", "unknown_photo", "photo_rejected");
        v1.Delete("/posts/{id}", "post", Delete).Limit(Limited.Write)
            .Describe("Posts", "deletePost", "Delete a post", "Deleting it twice is deleting it once.")
            .Gives(204).Fails(403, "not_your_post").Fails(404, "post_not_found");
    }

    private async Task Publish(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.PublishRequest) is not { } body)
            return;
        var fields = new Fields();
        var caption = fields.CaptionOf("caption", body.Caption);
        var photos = fields.PhotosOf("photoIds", body.PhotoIds);
        var items = fields.ItemsOf("items", body.Items, photos.Length);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        if (await access.Author(http) is not { } author)
            return;

        await idempotency.Run(
            http,
            PostJson.Default.PublishedPost,
            key => grains.GetGrain<IPostGrain>(ids.Next()).Publish(new(author, caption, photos, items, key)),
            published => Created(http, published));
    }

    private Task Created(HttpContext http, PublishedPost published)
    {
        http.Response.Headers.Location = $"/v1/posts/{published.Post.Id}";
        return Show(http, published.Post, published.Author, liked: false, saved: false, StatusCodes.Status201Created);
    }

    private async Task Get(HttpContext http, Guid id)
    {
        var caller = http.CallerId();
        if (await grains.GetGrain<IPostGrain>(id).View(caller) is { } seen
            && await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is { } author
            && !await visibility.IsHidden(caller, seen.Post.AuthorId))
            await Show(http, seen.Post, author, seen.Liked, seen.Saved);
        else
            await Problems.NotFound(http, "post");
    }

    private async Task Edit(HttpContext http, Guid id)
    {
        if (await ETags.Read(http) is not { } match || await Bodies.Read(http, ApiJson.Default.EditPostRequest) is not { } body)
            return;
        var caller = http.CallerId();
        var fields = new Fields();
        var command = Command(fields, body, caller);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var post = grains.GetGrain<IPostGrain>(id);
        if (await post.View(caller) is not { } seen
            || await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is not { } author)
        {
            await Problems.NotFound(http, "post");
            return;
        }

        if (match.IsConditional && seen.Post.AuthorId == caller && !match.Allows(seen.Post.Version))
        {
            await IfMatch.Refuse(http);
            return;
        }

        var edited = await post.Edit(command with { IfVersion = match.IsConditional ? seen.Post.Version : null });
        await Show(http, edited, author, seen.Liked, seen.Saved);
    }

    private static EditPost Command(Fields fields, EditPostRequest body, Guid caller)
    {
        ImmutableArray<Guid>? photos = body.HasPhotoIds ? fields.PhotosOf("photoIds", body.PhotoIds) : null;
        return new EditPost(
            caller,
            body.HasCaption ? fields.CaptionOf("caption", body.Caption) : null,
            photos,
            body.HasItems ? fields.ItemsOf("items", body.Items, photos?.Length) : null,
            IfVersion: null);
    }

    private async Task Delete(HttpContext http, Guid id)
    {
        await grains.GetGrain<IPostGrain>(id).Delete(http.CallerId());
        Responses.NoContent(http);
    }

    private Task Show(HttpContext http, PostView post, UserSummary author, bool liked, bool saved, int status = 200) =>
        Responses.Resource(http, PostResponse.Of(post, author, liked, saved, pictures), post.Version, ApiJson.Default.PostResponse, status);
}
