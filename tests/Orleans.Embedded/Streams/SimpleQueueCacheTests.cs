using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace EngineTests.Streams;

/// <summary>What the cache holds, for whom, and for how long.</summary>
public sealed class SimpleQueueCacheTests
{
    private readonly SimpleQueueCache _cache = new(8, NullLogger.Instance);

    [Fact]
    public void A_batch_is_let_go_of_when_the_cursor_has_gone_past_it()
    {
        Add("a", 1, 2);
        using var cursor = _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(1));
        Assert.Empty(Purge());
        Assert.Equal(1, Next(cursor));
        Assert.Empty(Purge());
        Assert.Equal(2, Next(cursor));
        Assert.Equal([1], Purge());
        Assert.Null(Next(cursor));
        Assert.Equal([2], Purge());
        Assert.Equal(0, _cache.Size);
    }

    [Fact]
    public void The_slowest_cursor_of_a_stream_holds_its_batches()
    {
        Add("a", 1, 2);
        using var quick = _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(1));
        var slow = _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(1));
        while (Next(quick) is not null)
        {
            // To the end.
        }

        Assert.Empty(Purge());
        slow.Dispose();
        Assert.Equal([1, 2], Purge());
    }

    [Fact]
    public void A_stream_that_is_slow_holds_no_batch_of_another()
    {
        Add("a", 1);
        Add("b", 2, 3);
        using var slow = _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(1));
        using var quick = _cache.GetCacheCursor(Id("b"), new EventSequenceTokenV2(2));
        Next(quick);
        Next(quick);
        Assert.Equal([2], Purge());
    }

    [Fact]
    public void What_nobody_reads_is_let_go_of_at_once()
    {
        Add("a", 1, 2);
        Assert.Equal([1, 2], Purge());
        Assert.Empty(Purge());
    }

    [Fact]
    public void A_cursor_without_a_place_begins_with_what_comes_next()
    {
        Add("a", 1);
        using var holds = _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(1));
        using var late = _cache.GetCacheCursor(Id("a"), null);
        Add("a", 2);
        Assert.Equal(2, Next(late));
    }

    [Fact]
    public void A_cursor_that_came_to_the_end_goes_on_when_something_is_added()
    {
        using var cursor = _cache.GetCacheCursor(Id("a"), null);
        Assert.Null(Next(cursor));
        Add("a", 1);
        cursor.Refresh(new EventSequenceTokenV2(1));
        Assert.Equal(1, Next(cursor));
    }

    [Fact]
    public void A_place_that_was_let_go_of_is_missed_and_one_that_is_to_come_is_not()
    {
        Add("a", 1, 2, 3);
        using var cursor = _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(1));
        Next(cursor);
        Next(cursor);
        Assert.Equal([1], Purge());
        var missed = Assert.Throws<QueueCacheMissException>(() => _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(1)));
        Assert.Contains("SeqNum=1", missed.Requested);
        Assert.Contains("SeqNum=2", missed.Low);
        Assert.Contains("SeqNum=3", missed.High);
        using var next = _cache.GetCacheCursor(Id("a"), new EventSequenceTokenV2(4));
        Assert.Null(Next(next));
    }

    [Fact]
    public void A_full_cache_is_read_into_again_when_a_quarter_is_free()
    {
        using var cursor = _cache.GetCacheCursor(Id("a"), null);
        Add("a", 1, 2, 3, 4, 5, 6, 7, 8);
        Assert.True(_cache.IsUnderPressure());
        Assert.Equal(0, _cache.GetMaxAddCount());
        Next(cursor);
        Next(cursor);
        Purge();
        Assert.Equal(1, _cache.GetMaxAddCount());
        Assert.True(_cache.IsUnderPressure());
        Next(cursor);
        Purge();
        Assert.False(_cache.IsUnderPressure());
    }

    [Fact]
    public void Streams_spread_over_the_queues_of_the_ring_and_stay_there()
    {
        var options = new HashRingStreamQueueMapperOptions { TotalQueueCount = 8 };
        var mapper = new HashRingBasedStreamQueueMapper(options, "ring");
        var same = new HashRingBasedStreamQueueMapper(options, "ring");
        var streams = Enumerable.Range(0, 8000).Select(i => StreamId.Create("ns", $"stream {i}")).ToList();
        Assert.All(streams, stream => Assert.Equal(mapper.GetQueueForStream(stream), same.GetQueueForStream(stream)));
        var sizes = streams.GroupBy(mapper.GetQueueForStream).ToList();
        Assert.Equal(mapper.GetAllQueues().Order(), sizes.Select(group => group.Key).Order());
        Assert.All(sizes, group => Assert.InRange(group.Count(), 800, 1200));
    }

    private static StreamId Id(string key) => StreamId.Create("ns", key);

    private static long? Next(IQueueCacheCursor cursor) => cursor.MoveNext() ? cursor.GetCurrent(out _).SequenceToken.SequenceNumber : null;

    private void Add(string stream, params int[] places) => _cache.AddToCache([.. places.Select(place => new Batch(Id(stream), place))]);

    private IEnumerable<long> Purge() => _cache.TryPurgeFromCache(out var purged) ? purged.Select(batch => batch.SequenceToken.SequenceNumber) : [];

    private sealed class Batch(StreamId stream, long place) : IBatchContainer
    {
        public StreamId StreamId => stream;

        public StreamSequenceToken SequenceToken { get; } = new EventSequenceTokenV2(place);

        public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => [];

        public bool ImportRequestContext() => false;
    }
}
