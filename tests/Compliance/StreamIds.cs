using System.Text;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Compliance;

/// <summary>The identities of streams and queues, and places in streams.</summary>
public sealed class StreamIdTests
{
    [Fact]
    public void A_stream_is_its_namespace_and_its_key()
    {
        var id = StreamId.Create("posts", "알림");
        Assert.Equal("posts", id.GetNamespace());
        Assert.Equal("알림", id.GetKeyAsString());
        Assert.Equal("posts/알림", id.ToString());
        Assert.Equal("posts"u8.ToArray(), id.Namespace.ToArray());
        Assert.Equal("posts알림", Encoding.UTF8.GetString(id.FullKey.Span));
        Assert.Equal(id, StreamId.Parse("posts/알림"u8));
        Assert.Equal(id, StreamId.Create("posts"u8, "알림"u8));
        Assert.Equal(id.GetHashCode(), StreamId.Create("posts", "알림").GetHashCode());
    }

    [Fact]
    public void Where_the_namespace_ends_makes_a_difference()
    {
        Assert.NotEqual(StreamId.Create("ab", "c"), StreamId.Create("a", "bc"));
        Assert.True(StreamId.Create("ab", "c") != StreamId.Create("a", "bc"));
        Assert.NotEqual(0, StreamId.Create("ab", "c").CompareTo(StreamId.Create("a", "bc")));
    }

    [Fact]
    public void A_stream_needs_no_namespace()
    {
        var id = StreamId.Create(null!, "key");
        Assert.Null(id.GetNamespace());
        Assert.Equal("key", id.GetKeyAsString());
    }

    [Fact]
    public void Guids_and_numbers_are_keys_in_their_plain_form()
    {
        var guid = Guid.NewGuid();
        Assert.Equal($"{guid:N}", StreamId.Create("a", guid).GetKeyAsString());
        Assert.Equal("-42", StreamId.Create("a", -42).GetKeyAsString());
    }

    [Fact]
    public void A_stream_without_a_key_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => StreamId.Create("a", ""));
        Assert.ThrowsAny<ArgumentException>(() => StreamId.Parse("nothing"u8));
    }

    [Fact]
    public void A_queue_is_its_name_number_and_hash()
    {
        var queue = QueueId.GetQueueId("Durable", 7, 0xABCD);
        Assert.Equal("Durable", queue.GetStringNamePrefix());
        Assert.Equal(7u, queue.GetNumericId());
        Assert.Equal(0xABCDu, queue.GetUniformHashCode());
        Assert.Equal(queue, QueueId.GetQueueId("Durable", 7, 0xABCD));
        Assert.NotEqual(queue, QueueId.GetQueueId("Durable", 8, 0xABCD));
        Assert.False(queue.IsDefault);
        Assert.True(default(QueueId).IsDefault);
    }

    [Fact]
    public void Places_are_ordered_by_batch_and_then_by_event()
    {
        StreamSequenceToken[] places =
            [new EventSequenceTokenV2(1), new EventSequenceTokenV2(1, 1), new EventSequenceTokenV2(2), new EventSequenceTokenV2(2, 5)];
        Assert.Equal(places, places.Reverse().Order());
        Assert.True(places[1].Newer(places[0]));
        Assert.True(places[1].Older(places[2]));
        Assert.Equal(places[3], new EventSequenceTokenV2(2).CreateSequenceTokenForEvent(5));
        Assert.Equal(places[3].GetHashCode(), new EventSequenceTokenV2(2, 5).GetHashCode());
    }
}
