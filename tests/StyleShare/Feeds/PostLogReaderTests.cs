using Npgsql;
using StyleShare.Feeds;
using StyleShare.Testing;

namespace StyleShare.Tests.Feeds;

/// <summary>The log is read in commit order, each row once, whatever transactions are open meanwhile.</summary>
public sealed class PostLogReaderTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_was_committed_before_the_first_read_is_not_told()
    {
        await Publish();
        var reader = new PostLogReader(database.Source);
        var news = new List<FeedEntry>();
        Assert.False(await reader.Read(news, Timeout, default));
        Assert.Empty(news);
    }

    [Fact]
    public async Task Each_post_is_told_once()
    {
        var reader = await StartedReader();
        var first = await Publish();
        Assert.Equal([first], Of(await Read(reader), first.AuthorId));
        var (second, third) = (await Publish(), await Publish());
        var news = await Read(reader);
        Assert.Equal([second], Of(news, second.AuthorId));
        Assert.Equal([third], Of(news, third.AuthorId));
        Assert.DoesNotContain(first, news);
    }

    [Fact]
    public async Task An_open_transaction_holds_up_nobody_and_is_told_when_it_commits()
    {
        await using var slow = await database.Source.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        var early = NewPost();
        await Insert(slow, early);

        var reader = await StartedReader();
        var quick = await Publish();
        var news = await Read(reader);
        Assert.Contains(quick, news);
        Assert.DoesNotContain(early, news);

        var later = await Publish();
        news = await Read(reader);
        Assert.Contains(later, news);
        Assert.DoesNotContain(quick, news);

        await transaction.CommitAsync();
        news = await Read(reader);
        Assert.Contains(early, news);
        Assert.DoesNotContain(later, news);
        Assert.DoesNotContain(early, await Read(reader));
    }

    [Fact]
    public async Task What_is_rolled_back_is_never_told()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var post = NewPost();
        await Insert(connection, post);
        var reader = await StartedReader();
        await transaction.RollbackAsync();
        Assert.DoesNotContain(post, await Read(reader));
        Assert.DoesNotContain(post, await Read(reader));
    }

    [Fact]
    public async Task Random_writers_lose_nothing_and_repeat_nothing()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var reader = await StartedReader();
        var written = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Write(new Random(seed + writer))));
        var told = new List<FeedEntry>();
        while (!written.IsCompleted)
            told.AddRange(await Read(reader));
        told.AddRange(await Read(reader));

        var expected = (await written).SelectMany(posts => posts).ToHashSet();
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Superset(expected, told.ToHashSet());
    }

    [Fact]
    public async Task Old_rows_are_pruned_some_at_a_time_and_young_ones_stay()
    {
        await using var own = await TestDatabase.CreateAsync();
        await own.ExecuteAsync("""
            INSERT INTO post_log (post_id, author_id, at)
            SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '2 hours' FROM generate_series(1, 25)
            """);
        await own.ExecuteAsync("INSERT INTO post_log (post_id, author_id) SELECT gen_random_uuid(), gen_random_uuid()");
        var reader = new PostLogReader(own.Source);
        Assert.Equal(10, await reader.Prune(TimeSpan.FromHours(1), 10, default));
        Assert.Equal(10, await reader.Prune(TimeSpan.FromHours(1), 10, default));
        Assert.Equal(5, await reader.Prune(TimeSpan.FromHours(1), 10, default));
        Assert.Equal(0, await reader.Prune(TimeSpan.FromHours(1), 10, default));
        Assert.Equal(1, await own.ScalarAsync<long>("SELECT count(*) FROM post_log"));
    }

    private static FeedEntry NewPost() => new(Guid.CreateVersion7(), Guid.CreateVersion7());

    private static IEnumerable<FeedEntry> Of(IEnumerable<FeedEntry> news, Guid author) => news.Where(post => post.AuthorId == author);

    private static async Task Insert(NpgsqlConnection connection, FeedEntry post)
    {
        await using var command = new NpgsqlCommand("INSERT INTO post_log (post_id, author_id) VALUES ($1, $2)", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = post.PostId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = post.AuthorId });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<FeedEntry>> Read(PostLogReader reader)
    {
        var news = new List<FeedEntry>();
        Assert.True(await reader.Read(news, Timeout, default));
        return news;
    }

    private async Task<PostLogReader> StartedReader()
    {
        var reader = new PostLogReader(database.Source);
        Assert.False(await reader.Read([], Timeout, default));
        return reader;
    }

    private async Task<FeedEntry> Publish()
    {
        var post = NewPost();
        await using var connection = await database.Source.OpenConnectionAsync();
        await Insert(connection, post);
        return post;
    }

    /// <summary>Transactions of some posts each, a part of them rolled back, in the order that the machine makes.</summary>
    private async Task<List<FeedEntry>> Write(Random random)
    {
        var committed = new List<FeedEntry>();
        await using var connection = await database.Source.OpenConnectionAsync();
        for (var i = 0; i < 60; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var posts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => NewPost()).ToArray();
            foreach (var post in posts)
                await Insert(connection, post);
            if (random.Next(5) == 0)
            {
                await transaction.RollbackAsync();
                continue;
            }

            await transaction.CommitAsync();
            committed.AddRange(posts);
        }

        return committed;
    }
}
