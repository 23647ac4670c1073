using StyleShare.Feeds;

namespace StyleShare.Tests.Feeds;

public sealed class NewestOfManyTests
{
    [Fact]
    public async Task Random_populations_agree_with_sorting_all()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var database = new Population(random, authors: random.Next(1, 60), posts: random.Next(0, 2_000), skew: random.Next(1, 6));
            var limit = random.Next(1, 520);
            var before = random.Next(2) == 0 ? NewestOfMany.End : Population.Id(random.Next(2_000));
            var found = await NewestOfMany.Read(database.Read, database.Authors, before, limit);
            Assert.Equal(database.Newest(before, limit), found);
            Assert.True(database.Queries <= 6, $"{database.Queries} queries with seed {seed}");
        }
    }

    [Fact]
    public async Task Evenly_writing_authors_cost_one_query_and_few_rows()
    {
        var database = new Population(new Random(1), authors: 500, posts: 100_000, skew: 1);
        var found = await NewestOfMany.Read(database.Read, database.Authors, NewestOfMany.End, 500);
        Assert.Equal(database.Newest(NewestOfMany.End, 500), found);
        Assert.True(database.Queries <= 2, $"{database.Queries} queries");
        Assert.True(database.Rows <= 2_200, $"{database.Rows} rows");
    }

    [Fact]
    public async Task One_who_writes_much_among_many_who_do_not_costs_few_rows()
    {
        var database = new Population(new Random(1), authors: 500, posts: 5_000, skew: 30);
        var found = await NewestOfMany.Read(database.Read, database.Authors, NewestOfMany.End, 500);
        Assert.Equal(database.Newest(NewestOfMany.End, 500), found);
        Assert.True(database.Rows <= 3_000, $"{database.Rows} rows");
    }

    [Fact]
    public async Task Nobody_has_written_nothing() =>
        Assert.Empty(await NewestOfMany.Read((_, _, _) => throw new InvalidOperationException(), [], NewestOfMany.End, 10));

    /// <summary>Authors and their posts; the greater the skew, the more of the posts are by a few.</summary>
    private sealed class Population
    {
        private readonly FeedEntry[] _posts;

        public Population(Random random, int authors, int posts, int skew)
        {
            Authors = [.. Enumerable.Range(1, authors).Select(i => new Guid(i, 2, 0, new byte[8]))];
            _posts = [.. Enumerable.Range(0, posts)
                .Select(i => new FeedEntry(Id(i), Authors[(int)(Math.Pow(random.NextDouble(), skew) * authors)]))
                .Reverse()];
        }

        public Guid[] Authors { get; }

        public int Queries { get; private set; }

        public int Rows { get; private set; }

        public static Guid Id(int number) => new(number, 1, 0, new byte[8]);

        public Task<IReadOnlyList<FeedEntry>> Read(Guid[] authors, Guid[] befores, int each)
        {
            Queries++;
            var before = authors.Zip(befores).ToDictionary();
            IReadOnlyList<FeedEntry> found = [.. _posts
                .Where(post => before.TryGetValue(post.AuthorId, out var end) && post.PostId < end)
                .GroupBy(post => post.AuthorId)
                .SelectMany(ofAuthor => ofAuthor.Take(each))];
            Rows += found.Count;
            return Task.FromResult(found);
        }

        public IEnumerable<FeedEntry> Newest(Guid before, int limit) => _posts.Where(post => post.PostId < before).Take(limit);
    }
}
