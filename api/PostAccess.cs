using Microsoft.AspNetCore.Http;
using StyleShare.Api.Conventions;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary>Whether the caller may know of the post in the path.</summary>
internal sealed class PostAccess(IGrainFactory grains)
{
    /// <summary>The post's id; null, with the problem written, if there is no such post, not any more, or its author is gone.</summary>
    public async Task<Guid?> Require(HttpContext http)
    {
        if (http.TryGetId(out var id)
            && await grains.GetGrain<IPostGrain>(id).View(http.CallerId()) is { } seen
            && await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is not null)
            return id;
        await Problems.NotFound(http, "post");
        return null;
    }
}
