using System.Collections.Immutable;

namespace StyleShare.Feeds;

/// <summary>A home feed as it was built and kept fresh; immutable, so that readers share it.</summary>
/// <param name="Version">Of whom the person followed when it was built.</param>
/// <param name="Authors">Those followed and the person, sorted.</param>
/// <param name="Posts">The newest posts by these, newest first: by id, which is a UUIDv7.</param>
/// <param name="IsCut">Whether there are older ones, which are in the database only.</param>
/// <param name="Position">Up to where recent posts are in it.</param>
public sealed record Feed(
    Guid Version, ImmutableArray<Guid> Authors, ImmutableArray<FeedEntry> Posts, bool IsCut, long Position)
{
    /// <summary>The feed with what came since; what it has already is left out.</summary>
    /// <param name="news">In no order; may hold the same post twice.</param>
    /// <param name="kept">How many posts to keep.</param>
    public Feed With(IReadOnlyCollection<FeedEntry> news, long position, int kept)
    {
        if (news.Count == 0)
            return this with { Position = position };

        // What is older than the oldest of a cut feed belongs to the part that is in the database.
        var oldest = IsCut && !Posts.IsEmpty ? Posts[^1].PostId : Guid.Empty;
        var sorted = news.Where(post => post.PostId > oldest).Distinct().OrderByDescending(post => post.PostId).ToArray();
        var merged = ImmutableArray.CreateBuilder<FeedEntry>(Posts.Length + sorted.Length);
        var next = 0;
        foreach (var post in Posts)
        {
            while (next < sorted.Length && sorted[next].PostId > post.PostId)
                merged.Add(sorted[next++]);
            if (next < sorted.Length && sorted[next].PostId == post.PostId)
                next++;
            merged.Add(post);
        }

        while (next < sorted.Length)
            merged.Add(sorted[next++]);
        var isCut = IsCut || merged.Count > kept;
        if (merged.Count > kept)
            merged.Count = kept;
        return this with { Posts = merged.DrainToImmutable(), IsCut = isCut, Position = position };
    }

    /// <summary>A part of the feed.</summary>
    /// <param name="before">The last post of the part before; null for the newest.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="part">As many as are in memory.</param>
    /// <returns>Whether that is all; else the rest is in the database, behind the last of <paramref name="part"/>.</returns>
    public bool TryRead(Guid? before, int limit, out ImmutableArray<FeedEntry> part)
    {
        var from = before is { } post ? FirstBefore(post) : 0;
        part = Posts.Slice(from, Math.Min(limit, Posts.Length - from));
        return part.Length == limit || !IsCut;
    }

    private int FirstBefore(Guid post)
    {
        var (low, high) = (0, Posts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Posts[middle].PostId >= post)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
