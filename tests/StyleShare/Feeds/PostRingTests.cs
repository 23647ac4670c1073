using StyleShare.Feeds;

namespace StyleShare.Tests.Feeds;

public sealed class PostRingTests
{
    private static readonly Guid[] Authors = [.. Enumerable.Range(1, 12).Select(i => new Guid(i, 0, 0, new byte[8]))];

    [Fact]
    public void A_reader_gets_what_is_new_from_its_authors_once()
    {
        var ring = new PostRing(16);
        var position = ring.End;
        ring.Add([Post(1, 0), Post(2, 1), Post(3, 0), Post(4, 2)]);
        Assert.Equal([Post(1, 0), Post(3, 0), Post(4, 2)], Read(ring, ref position, 0, 2)!);
        Assert.Empty(Read(ring, ref position, 0, 2)!);
        ring.Add([Post(5, 2)]);
        Assert.Equal([Post(5, 2)], Read(ring, ref position, 0, 2)!);
    }

    [Fact]
    public void A_reader_behind_what_is_kept_is_told_so()
    {
        var ring = new PostRing(4);
        var position = ring.End;
        ring.Add([Post(1, 0), Post(2, 0), Post(3, 0), Post(4, 0)]);
        var late = position;
        Assert.Equal(4, Read(ring, ref position, 0)!.Length);
        ring.Add([Post(5, 0)]);
        Assert.Null(Read(ring, ref late, 0));
        Assert.Equal([Post(5, 0)], Read(ring, ref position, 0)!);
    }

    [Fact]
    public void After_a_reset_every_reader_is_behind_even_one_that_was_at_the_end()
    {
        var ring = new PostRing(4);
        ring.Add([Post(1, 0)]);
        var position = ring.End;
        ring.Reset();
        Assert.Equal(0, ring.Count);
        Assert.Null(Read(ring, ref position, 0));
        position = ring.End;
        ring.Add([Post(2, 0)]);
        Assert.Equal([Post(2, 0)], Read(ring, ref position, 0)!);
    }

    [Fact]
    public void Random_readers_agree_with_a_plain_list()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            const int Capacity = 8;
            var ring = new PostRing(Capacity);
            var all = new List<FeedEntry>();
            var readers = Enumerable.Range(0, 5)
                .Select(_ => (Authors: random.GetItems(Authors, random.Next(1, 12)).Distinct().Order().ToArray(), Seen: 0, Position: 0L))
                .ToArray();
            for (var step = 0; step < 60; step++)
            {
                var posts = Enumerable.Range(0, random.Next(4)).Select(i => Post(all.Count + i, random.Next(Authors.Length))).ToArray();
                ring.Add(posts);
                all.AddRange(posts);
                ref var reader = ref readers[random.Next(readers.Length)];
                var news = new List<FeedEntry>();
                var current = ring.TryRead(ref reader.Position, reader.Authors, news);
                Assert.Equal(all.Count - reader.Seen <= Capacity, current);
                if (current)
                {
                    var authors = reader.Authors;
                    var expected = all.Skip(reader.Seen).Where(post => authors.Contains(post.AuthorId));
                    Assert.Equal(expected.OrderBy(post => post.PostId), news.OrderBy(post => post.PostId));
                }

                (reader.Seen, reader.Position) = (all.Count, ring.End);
            }
        }
    }

    private static FeedEntry Post(int id, int author) => new(new Guid(id, 1, 0, new byte[8]), Authors[author]);

    private static FeedEntry[]? Read(PostRing ring, ref long position, params int[] authors)
    {
        var news = new List<FeedEntry>();
        Guid[] sorted = [.. authors.Select(author => Authors[author]).Order()];
        return ring.TryRead(ref position, sorted, news) ? [.. news.OrderBy(post => post.PostId)] : null;
    }
}
