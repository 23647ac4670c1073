using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Feeds;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Feeds;

/// <summary>The service that tails the log, on a server of its own where it is taken away.</summary>
public sealed class RecentPostsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task It_tells_what_other_silos_publish()
    {
        await using var tail = await Tail.Start(database.ConnectionString);
        var posts = Enumerable.Range(0, 5).Select(_ => new FeedEntry(Guid.CreateVersion7(), Guid.CreateVersion7())).ToArray();
        foreach (var post in posts)
            await Publish(database, post);
        await tail.Wait(posts);
    }

    [Fact]
    public async Task A_nudge_is_followed_at_once()
    {
        // Without it, this would take longer than any test may.
        await using var tail = await Tail.Start(database.ConnectionString, options => options.PollInterval = TimeSpan.FromDays(1));
        var post = new FeedEntry(Guid.CreateVersion7(), Guid.CreateVersion7());
        await Publish(database, post);
        tail.Posts.Nudge();
        await tail.Wait(post);
    }

    [Fact]
    public async Task It_goes_on_by_itself_after_the_database_was_away_and_misses_nothing()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await Migrator.RunAsync(source, NullLogger.Instance, TestContext.Current.CancellationToken);
        await using var tail = await Tail.Start(server.ConnectionString);
        var before = new FeedEntry(Guid.CreateVersion7(), Guid.CreateVersion7());
        await Publish(source, before);
        await tail.Wait(before);

        await server.StopAsync();
        await server.StartAgainAsync();
        var after = new FeedEntry(Guid.CreateVersion7(), Guid.CreateVersion7());
        await Publish(source, after);
        await tail.Wait(before, after);
    }

    [Fact]
    public async Task Who_was_away_for_longer_than_rows_are_kept_starts_anew()
    {
        var time = new SkewedTime();
        await using var tail = await Tail.Start(database.ConnectionString, options => options.PollInterval = TimeSpan.FromDays(1), time);
        var start = tail.Posts.Ring.End;
        time.Shift = TimeSpan.FromHours(1);
        var position = start;
        while (tail.Posts.Ring.TryRead(ref position, [], []))
        {
            tail.Posts.Nudge();
            await Task.Delay(5, TestContext.Current.CancellationToken); // between looks, not in place of one
        }

        Assert.True(tail.Posts.Ring.End > start);
    }

    private static Task Publish(TestDatabase database, FeedEntry post) => Publish(database.Source, post);

    private static async Task Publish(NpgsqlDataSource source, FeedEntry post)
    {
        await using var command = source.CreateCommand("INSERT INTO post_log (post_id, author_id) VALUES ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = post.PostId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = post.AuthorId });
        while (true)
        {
            try
            {
                await command.ExecuteNonQueryAsync();
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                // A connection of before the restart, found broken: the next one is new.
            }
        }
    }

    /// <summary>A clock whose time that has passed can be moved.</summary>
    private sealed class SkewedTime : TimeProvider
    {
        private long _shift;

        public TimeSpan Shift
        {
            set => Volatile.Write(ref _shift, (long)(value.TotalSeconds * TimestampFrequency));
        }

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _shift);
    }

    private sealed class Tail : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _source;

        private Tail(NpgsqlDataSource source, RecentPosts posts) => (_source, Posts) = (source, posts);

        public RecentPosts Posts { get; }

        public static async Task<Tail> Start(string database, Action<FeedOptions>? configure = null, TimeProvider? time = null)
        {
            var options = new FeedOptions { PollInterval = TimeSpan.FromMilliseconds(10), PollPause = TimeSpan.FromMilliseconds(1) };
            configure?.Invoke(options);
            var source = NpgsqlDataSource.Create(database);
            var posts = new RecentPosts(
                source, Options.Create(options), time ?? TimeProvider.System, NullLogger<RecentPosts>.Instance);
            await posts.StartAsync(default);
            await posts.Started;
            return new(source, posts);
        }

        /// <summary>Ends when all of these were told, each once.</summary>
        public async Task Wait(params FeedEntry[] expected)
        {
            Guid[] authors = [.. expected.Select(post => post.AuthorId).Order()];
            var told = new List<FeedEntry>();
            while (told.Count < expected.Length)
            {
                told.Clear();
                var position = 1L;
                Assert.True(Posts.Ring.TryRead(ref position, authors, told));
                await Task.Delay(5, TestContext.Current.CancellationToken); // between looks, not in place of one
            }

            Assert.Equal(expected.ToHashSet(), told.ToHashSet());
            Assert.Equal(expected.Length, told.Count);
        }

        public async ValueTask DisposeAsync()
        {
            await Posts.StopAsync(default);
            Posts.Dispose();
            await _source.DisposeAsync();
        }
    }
}
