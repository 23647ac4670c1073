using Microsoft.AspNetCore.Http;
using StyleShare.Api.Conventions;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary>What the calls on one post, or by one who writes, begin with.</summary>
internal sealed class PostAccess(IGrainFactory grains, Visibility visibility)
{
    /// <summary>The post's id; null, with the problem written, if there is no such post, not any more, or not for the caller.</summary>
    public async Task<Guid?> Require(HttpContext http)
    {
        if (http.TryGetId(out var id) && await IsFor(http.CallerId(), id))
            return id;
        await Problems.NotFound(http, "post");
        return null;
    }

    /// <summary>Whether there is such a post, and the caller may know of it.</summary>
    public async Task<bool> IsFor(Guid caller, Guid post) => await grains.GetGrain<IPostGrain>(post).View(caller) is { } seen
        && await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is not null
        && !await visibility.IsHidden(caller, seen.Post.AuthorId);

    /// <summary>The caller, as what they write shows them; null, with the problem written, if they are gone.</summary>
    public async Task<UserSummary?> Author(HttpContext http)
    {
        if (await grains.GetGrain<IUserGrain>(http.CallerId()).Summary() is { } author)
            return author;
        await Problems.NotFound(http, "user");
        return null;
    }

    /// <summary>Has the caller mark a post that they may know of: like it, keep it.</summary>
    public async Task Mark(HttpContext http, Func<IPostGrain, Guid, Task> mark)
    {
        if (await Require(http) is { } id)
            await Unmark(http, id, mark);
    }

    /// <summary>Has the caller take a mark back, whether or not there is such a post any more.</summary>
    public async Task Unmark(HttpContext http, Guid id, Func<IPostGrain, Guid, Task> unmark)
    {
        await unmark(grains.GetGrain<IPostGrain>(id), http.CallerId());
        Responses.NoContent(http);
    }
}
