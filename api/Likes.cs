using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary><c>/v1/posts/{id}/like</c> and <c>/likes</c>.</summary>
internal sealed class Likes(PostQueries posts, PostAccess access, Visibility visibility, Pages pages, Pictures pictures)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Put("/posts/{id}/like", Like).Limit(Limited.Write).DisableRequestTimeout()
            .Describe("Posts", "likePost", "Like a post", "Liking it twice is liking it once.")
            .Gives(204).Fails(404, "post_not_found");
        v1.Delete("/posts/{id}/like", "post", Unlike).Limit(Limited.Write)
            .Describe("Posts", "unlikePost", "Take a like back", "Also when there was none.")
            .Gives(204).Fails(404, "post_not_found");
        v1.Get("/posts/{id}/likes", List)
            .Describe("Posts", "listLikes", "Who likes a post", "Newest first.")
            .GivesList<UserSummaryResponse>(Examples.LikedBy).Fails(404, "post_not_found");
    }

    private Task Like(HttpContext http) => access.Mark(http, static (post, caller) => post.Like(caller));

    private Task Unlike(HttpContext http, Guid id) => access.Unmark(http, id, static (post, caller) => post.Unlike(caller));

    private async Task List(HttpContext http)
    {
        if (await access.Require(http) is not { } id || await Pages.Read(http, $"posts/{id}/likes") is not { } request)
            return;
        var page = await posts.Likes(id, request.After, request.Limit);
        page = await visibility.Only(http.CallerId(), page, static person => person.Id);
        await pages.Write(http, request, page, person => UserSummaryResponse.Of(person, pictures), ApiJson.Default.ListResponseUserSummaryResponse);
    }
}
