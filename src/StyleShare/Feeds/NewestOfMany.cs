using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace StyleShare.Feeds;

/// <summary>Reads some posts of each of these authors, newest first: those before the post that is given with the author.</summary>
/// <param name="authors">Whose.</param>
/// <param name="befores">For each author, the post that theirs are to be older than.</param>
/// <param name="each">How many of each author at the most.</param>
public delegate Task<IReadOnlyList<FeedEntry>> ReadPosts(Guid[] authors, Guid[] befores, int each);

/// <summary>Finds the newest posts of many authors without reading many more than it finds.</summary>
/// <remarks>
/// A merge in rounds: each asks for some posts of every author, all in one query. An author is asked again, for four times as
/// many, only if all of theirs were among the newest found so far. Mostly one round does; it never takes more than six for 500
/// posts, however unevenly the authors write.
/// </remarks>
public static class NewestOfMany
{
    /// <summary>Comes before every post.</summary>
    public static readonly Guid End = Guid.AllBitsSet;

    /// <summary>Finds the newest posts.</summary>
    /// <param name="before">Only those older than this one; <see cref="End"/> for all.</param>
    /// <param name="limit">How many at the most.</param>
    public static async Task<ImmutableArray<FeedEntry>> Read(
        ReadPosts read, IReadOnlyCollection<Guid> authors, Guid before, int limit)
    {
        if (authors.Count == 0 || limit == 0)
            return [];
        var found = new List<FeedEntry>();
        var open = authors.ToDictionary(author => author, _ => before);
        var each = Math.Min(Math.Max(2 * limit / authors.Count, 4), limit);
        while (open.Count > 0)
        {
            var posts = await read([.. open.Keys], [.. open.Values], each);
            open = posts.GroupBy(post => post.AuthorId)
                .Where(ofAuthor => ofAuthor.Count() == each)
                .ToDictionary(ofAuthor => ofAuthor.Key, ofAuthor => ofAuthor.Min(post => post.PostId));
            found.AddRange(posts);
            found.Sort((a, b) => b.PostId.CompareTo(a.PostId));
            if (found.Count >= limit)
            {
                CollectionsMarshal.SetCount(found, limit);
                var oldest = found[^1].PostId;
                foreach (var (author, last) in open)
                {
                    if (last <= oldest)
                        open.Remove(author);
                }
            }

            each = Math.Min(4 * each, limit);
        }

        return [.. found];
    }
}
