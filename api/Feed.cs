using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Feeds;

namespace StyleShare.Api;

/// <summary><c>/v1/feed</c>: what those whom the caller follows published, and the caller.</summary>
internal sealed class Feed(IGrainFactory grains, PostLists postLists)
{
    public void Map(IEndpointRouteBuilder v1) =>
        v1.Get("/feed", Read)
            .Describe("Posts", "readFeed", "Read one's home feed", "Posts of those whom one follows and one's own, newest first.")
            .GivesList<PostResponse>(Examples.Feed);

    private async Task Read(HttpContext http)
    {
        var caller = http.CallerId();
        if (await Pages.Read(http, $"users/{caller}/feed") is not { } request)
            return;
        var feed = grains.GetGrain<IFeedGrain>(caller);
        await postLists.Write(http, request, (after, limit) => Part(feed, after, limit));
    }

    // A feed goes by the ids of its posts alone, which sort by time.
    private static async Task<Page<Guid>> Part(IFeedGrain feed, Position? after, int limit)
    {
        var entries = await feed.Read(after?.Id, limit);
        Position? next = entries.Length < limit ? null : new Position(Ids.TimeOf(entries[^1].PostId), entries[^1].PostId);
        return new Page<Guid>(ImmutableArray.CreateRange(entries, static entry => entry.PostId), next);
    }
}
