using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary>Shows lists of posts: the ids come from an index or a feed, the posts from their grains, all asked at once.</summary>
internal sealed class PostLists(IGrainFactory grains, Visibility visibility, Pages pages, Pictures pictures)
{
    // Posts that were deleted a moment ago, or whose author was, are still in lists, and those of hidden people. They are left out and others taken in
    // their place; a list that has nothing else gives a short page rather than searching on without end.
    private const int MaxRounds = 5;

    /// <summary>Answers with a part of the list.</summary>
    /// <param name="read">Reads ids behind a position, so many at the most.</param>
    public async Task Write(HttpContext http, PageRequest request, Func<Position?, int, Task<Page<Guid>>> read)
    {
        var caller = http.CallerId();
        var authors = new Dictionary<Guid, Task<UserSummary?>>();
        var shown = ImmutableArray.CreateBuilder<PostResponse>(request.Limit);
        var next = request.After;
        for (var round = 0; round < MaxRounds && shown.Count < request.Limit; round++)
        {
            var ids = await read(next, request.Limit - shown.Count);
            await Show(ids.Items, caller, authors, shown);
            next = ids.Next;
            if (next is null)
                break;
        }

        var part = new Page<PostResponse>(shown.DrainToImmutable(), next);
        await pages.Write(http, request, part, static post => post, ApiJson.Default.ListResponsePostResponse);
    }

    private async Task Show(
        ImmutableArray<Guid> ids, Guid caller, Dictionary<Guid, Task<UserSummary?>> authors, ImmutableArray<PostResponse>.Builder shown)
    {
        var views = new Task<SeenPost?>[ids.Length];
        for (var i = 0; i < views.Length; i++)
            views[i] = grains.GetGrain<IPostGrain>(ids[i]).View(caller);
        var seen = await Task.WhenAll(views);
        foreach (var post in seen)
        {
            if (post is { Post.AuthorId: var author } && !authors.ContainsKey(author))
                authors.Add(author, Seen(caller, author));
        }

        foreach (var post in seen)
        {
            if (post is { } found && await authors[found.Post.AuthorId] is { } author)
                shown.Add(PostResponse.Of(found.Post, author, found.Liked, found.Saved, pictures));
        }
    }

    private async Task<UserSummary?> Seen(Guid caller, Guid author) =>
        await visibility.IsHidden(caller, author) ? null : await grains.GetGrain<IUserGrain>(author).Summary();
}
