using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using StyleShare.People;

namespace StyleShare.Feeds;

/// <summary>Keeps a feed while its owner is around; it costs one query to build again, so it goes before others do.</summary>
[Orleans.Concurrency.Reentrant]
[CollectionAgeLimit(Minutes = 5)]
public sealed class FeedGrain(FeedStore store, RecentPosts recent, IOptions<FeedOptions> options) : Grain, IFeedGrain
{
    // Tries to build a feed while recent posts run over it; each is a query, so more would only add to the load.
    private const int Tries = 3;

    private readonly FeedOptions _options = options.Value;
    private readonly List<FeedEntry> _news = [];
    private IFollowingGrain _following = null!;
    private Feed? _feed;
    private Task? _building;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _following = GrainFactory.GetGrain<IFollowingGrain>(this.GetPrimaryKey());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<FeedEntry>> Read(Guid? before, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        for (var tries = 0; !IsFresh(await _following.Version()) && tries < Tries; tries++)
            await Build();

        var feed = _feed!;
        if (feed.TryRead(before, limit, out var part))
            return part;
        var last = part.IsEmpty ? before : part[^1].PostId;
        return part.AddRange(await store.Newest(feed.Authors, last, limit - part.Length));
    }

    private bool IsFresh(Guid version)
    {
        if (_feed is not { } feed || feed.Version != version)
            return false;
        var position = feed.Position;
        _news.Clear();
        if (!recent.Ring.TryRead(ref position, feed.Authors.AsSpan(), _news))
            return false;
        if (position != feed.Position)
            _feed = feed.With(_news, position, _options.Kept);
        return true;
    }

    // Readers who come meanwhile wait for the same.
    private Task Build() => _building is { IsCompleted: false } ? _building : _building = BuildAnew();

    private async Task BuildAnew()
    {
        // First the position, then the query: what is committed between them comes twice, and is kept once.
        if (!recent.Started.IsCompleted)
            await WaitForRecentPosts();
        var position = recent.Ring.End;
        var followed = await _following.All();
        var authors = followed.People.Add(this.GetPrimaryKey()).Sort();
        var posts = await store.Newest(authors, null, _options.Kept);
        _feed = new(followed.Version, authors, posts, posts.Length == _options.Kept, position);
    }

    private async Task WaitForRecentPosts()
    {
        try
        {
            await recent.Started.WaitAsync(_options.PollTimeout);
        }
        catch (TimeoutException)
        {
            throw FeedErrors.Unavailable();
        }
    }
}
