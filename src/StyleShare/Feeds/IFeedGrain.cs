using System.Collections.Immutable;
using Orleans.Concurrency;

namespace StyleShare.Feeds;

/// <summary>A post in a feed; the post itself is its grain's to show.</summary>
[GenerateSerializer, Immutable]
public readonly record struct FeedEntry(Guid PostId, Guid AuthorId);

/// <summary>A person's home feed: the posts of those they follow and their own, newest first. Its key is the person's id.</summary>
/// <remarks>Hot state only: nothing is stored for it, and a publish costs the same however many follow.</remarks>
public interface IFeedGrain : IGrainWithGuidKey
{
    /// <summary>A part of the feed, newest first.</summary>
    /// <param name="before">The last post of the part before; null for the newest.</param>
    /// <param name="limit">How many at the most.</param>
    [ReadOnly]
    Task<ImmutableArray<FeedEntry>> Read(Guid? before, int limit);
}
