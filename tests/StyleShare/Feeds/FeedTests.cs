using StyleShare.Feeds;

namespace StyleShare.Tests.Feeds;

public sealed class FeedTests
{
    private static readonly Guid Author = new(7, 7, 7, new byte[8]);

    [Fact]
    public void News_go_where_their_ids_say_and_only_once()
    {
        var feed = Built(isCut: false, 9, 5, 3).With([Post(4), Post(10), Post(5), Post(1), Post(10)], 42, kept: 10);
        Assert.Equal(Posts(10, 9, 5, 4, 3, 1), feed.Posts);
        Assert.Equal(42, feed.Position);
        Assert.False(feed.IsCut);
    }

    [Fact]
    public void What_is_over_the_limit_is_left_to_the_database()
    {
        var feed = Built(isCut: false, 9, 5, 3).With([Post(10), Post(4)], 1, kept: 4);
        Assert.Equal(Posts(10, 9, 5, 4), feed.Posts);
        Assert.True(feed.IsCut);
        Assert.Equal(feed.Posts, feed.With([Post(2)], 2, kept: 4).Posts);
    }

    [Theory]
    [InlineData(null, 2, new[] { 9, 7 }, true)]
    [InlineData(9, 2, new[] { 7, 5 }, true)]
    [InlineData(8, 2, new[] { 7, 5 }, true)]
    [InlineData(5, 2, new[] { 3 }, true)]
    [InlineData(3, 2, new int[0], true)]
    [InlineData(99, 9, new[] { 9, 7, 5, 3 }, true)]
    public void A_part_starts_behind_the_last_one(int? before, int limit, int[] expected, bool isAll)
    {
        Assert.Equal(isAll, Built(isCut: false, 9, 7, 5, 3).TryRead(before is { } post ? Id(post) : null, limit, out var part));
        Assert.Equal(Posts(expected), part);
    }

    [Theory]
    [InlineData(7, 2, new[] { 5, 3 }, true)]
    [InlineData(7, 3, new[] { 5, 3 }, false)]
    [InlineData(2, 3, new int[0], false)]
    public void The_rest_of_a_cut_feed_is_in_the_database(int before, int limit, int[] expected, bool isAll)
    {
        Assert.Equal(isAll, Built(isCut: true, 9, 7, 5, 3).TryRead(Id(before), limit, out var part));
        Assert.Equal(Posts(expected), part);
    }

    [Fact]
    public void Random_news_agree_with_sorting_all()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var feed = Built(isCut: false);
            var all = new HashSet<FeedEntry>();
            for (var step = 0; step < 10; step++)
            {
                var news = Enumerable.Range(0, random.Next(8)).Select(_ => Post(random.Next(200))).ToArray();
                all.UnionWith(news);
                feed = feed.With(news, step, kept: 30);
                Assert.Equal(all.Count > 30 || feed.IsCut, feed.IsCut);
                Assert.True(feed.Posts.Length <= 30);

                // A cut feed has lost what lies below it, and takes nothing there any more.
                var expected = all.OrderByDescending(post => post.PostId).Take(30);
                Assert.Equal(expected, feed.Posts);
            }
        }
    }

    private static Feed Built(bool isCut, params int[] posts) => new(Guid.Empty, [Author], [.. Posts(posts)], isCut, 0);

    private static IEnumerable<FeedEntry> Posts(params int[] ids) => ids.Select(Post);

    private static FeedEntry Post(int id) => new(Id(id), Author);

    private static Guid Id(int number) => new(number, 1, 0, new byte[8]);
}
