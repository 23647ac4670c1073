using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary><c>/v1/posts/{id}/comments</c> and <c>/v1/comments</c>.</summary>
internal sealed class Comments(IGrainFactory grains, PostQueries posts, PostAccess access, Visibility visibility, Pages pages, Pictures pictures, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/posts/{id}/comments", Add).Limit(Limited.Write)
            .Describe("Posts", "addComment", "Comment on a post", "Up to 1,000 characters.")
            .Takes<CommentRequest>(Examples.Comment)
            .Gives<CommentResponse>(201, Examples.Commented)
            .Fails(404, "post_not_found");
        v1.Get("/posts/{id}/comments", List)
            .Describe("Posts", "listComments", "Comments on a post", "Newest first.")
            .GivesList<CommentResponse>(Examples.Comments).Fails(404, "post_not_found");
        v1.Delete("/comments/{id}", "comment", Delete).Limit(Limited.Write)
            .Describe("Posts", "deleteComment", "Delete a comment", "By its author, or by the post's.")
            .Gives(204).Fails(403, "not_your_comment").Fails(404, "comment_not_found");
    }

    private async Task Add(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.CommentRequest) is not { } body)
            return;
        var fields = new Fields();
        var text = fields.Required("text", body.Text, PostLimits.Comment);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        if (await access.Require(http) is not { } id || await access.Author(http) is not { } author)
            return;

        await idempotency.Run(
            http,
            PostJson.Default.CommentView,
            key => grains.GetGrain<IPostGrain>(id).Comment(new(author, text, key)),
            comment => Responses.Json(
                http, StatusCodes.Status201Created, CommentResponse.Of(comment, pictures), ApiJson.Default.CommentResponse));
    }

    private async Task List(HttpContext http)
    {
        if (await access.Require(http) is not { } id || await Pages.Read(http, $"posts/{id}/comments") is not { } request)
            return;
        var page = await posts.Comments(id, request.After, request.Limit);
        page = await visibility.Only(http.CallerId(), page, static comment => comment.Author.Id);
        await pages.Write(http, request, page, comment => CommentResponse.Of(comment, pictures), ApiJson.Default.ListResponseCommentResponse);
    }

    private async Task Delete(HttpContext http, Guid id)
    {
        if (await posts.PostOfComment(id) is { } post)
        {
            await grains.GetGrain<IPostGrain>(post).DeleteComment(id, http.CallerId());
            Responses.NoContent(http);
        }
        else
        {
            await Problems.NotFound(http, "comment");
        }
    }
}
