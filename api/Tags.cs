using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary><c>/v1/tags</c>: posts by what their captions are tagged with.</summary>
internal sealed class Tags(PostQueries posts, PostLists postLists)
{
    private static readonly Task<Page<Guid>> Nothing = Task.FromResult(new Page<Guid>([], Next: null));

    public void Map(IEndpointRouteBuilder v1) =>
        v1.Get("/tags/{tag}/posts", List)
            .Describe("Posts", "listPostsOfTag", "Posts with a tag", "Newest first; upper and lower case are one.")
            .GivesList<PostResponse>(Examples.PostsOfTag);

    // Whatever is no tag is one that nobody used.
    private async Task List(HttpContext http)
    {
        var tag = Marks.FoldTag(http.Text("tag"));
        if (await Pages.Read(http, $"tags/{tag}/posts") is not { } request)
            return;
        await postLists.Write(
            http, request, (after, limit) => tag is null ? Nothing : posts.ByTag(tag, after, limit));
    }
}
