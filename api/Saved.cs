using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary><c>/v1/posts/{id}/save</c> and <c>/v1/me/saved</c>: the caller's private collection.</summary>
internal sealed class Saved(PostQueries posts, PostAccess access, PostLists postLists)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Put("/posts/{id}/save", Save).Limit(Limited.Write)
            .Describe("Posts", "savePost", "Keep a post", "In a collection that only its owner sees.")
            .Gives(204).Fails(404, "post_not_found");
        v1.Delete("/posts/{id}/save", "post", Unsave).Limit(Limited.Write)
            .Describe("Posts", "unsavePost", "Keep a post no longer", "Also when it was not kept.")
            .Gives(204).Fails(404, "post_not_found");
        v1.Get("/me/saved", List)
            .Describe("Posts", "listSaved", "The posts that one keeps", "Those kept last come first.")
            .GivesList<PostResponse>(Examples.Saved);
    }

    private Task Save(HttpContext http) => access.Mark(http, static (post, caller) => post.Save(caller));

    private Task Unsave(HttpContext http, Guid id) => access.Unmark(http, id, static (post, caller) => post.Unsave(caller));

    private async Task List(HttpContext http)
    {
        var caller = http.CallerId();
        if (await Pages.Read(http, $"users/{caller}/saved") is { } request)
            await postLists.Write(http, request, (after, limit) => posts.SavedBy(caller, after, limit));
    }
}
