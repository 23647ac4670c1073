using Npgsql;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Testing;

namespace StyleShare.Tests.Posts;

/// <summary>Lists over rows that are put there as grains leave them.</summary>
public sealed class PostQueriesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly PostQueries _queries = new(database.Source);

    [Fact]
    public async Task Likes_are_listed_newest_first_without_those_who_are_gone()
    {
        var post = Guid.CreateVersion7();
        var people = new List<UserSummary>();
        for (var i = 0; i < 25; i++)
        {
            // Several like in the same instant: the position must tell them apart.
            var user = await AddUser(isGone: i % 5 == 4);
            await Execute("INSERT INTO likes VALUES ($1, $2, $3)", post, user.Id, Noon.AddSeconds(i / 3));
            await Execute("INSERT INTO likes VALUES ($1, $2, $3)", Guid.CreateVersion7(), user.Id, Noon);
            if (i % 5 != 4)
                people.Add(user);
        }

        var listed = await ReadAll((after, limit) => _queries.Likes(post, after, limit), limit: 7);
        Assert.Equal(people.Count, listed.Count);
        Assert.Equal(people.ToHashSet(), listed.ToHashSet());
        var inserted = await Times(post);
        Assert.Equal(listed.OrderByDescending(user => inserted[user.Id]).ThenByDescending(user => user.Id), listed);
    }

    [Fact]
    public async Task Comments_are_listed_newest_first_without_deleted_ones()
    {
        var post = Guid.CreateVersion7();
        var author = await AddUser(isGone: false);
        var gone = await AddUser(isGone: true);
        var expected = new List<CommentView>();
        for (var i = 0; i < 20; i++)
        {
            var id = Guid.CreateVersion7();
            await Execute(
                "INSERT INTO comments VALUES ($1, $2, $3, $4, $5, $6)",
                id, post, i % 4 == 1 ? gone.Id : author.Id, $"comment {i}", Noon.AddSeconds(i), i % 4 == 2 ? Noon : DBNull.Value);
            if (i % 4 is 0 or 3)
                expected.Insert(0, new(id, post, author, $"comment {i}", Noon.AddSeconds(i)));
        }

        Assert.Equal(expected, await ReadAll((after, limit) => _queries.Comments(post, after, limit), limit: 3));
        Assert.Equal(post, await _queries.PostOfComment(expected[0].Id));
        Assert.Null(await _queries.PostOfComment(Guid.CreateVersion7()));
    }

    [Fact]
    public async Task An_authors_posts_are_listed_newest_first_without_deleted_ones()
    {
        var author = Guid.CreateVersion7();
        var posts = await AddPosts(author, 20, deleted: i => i % 4 == 0);
        Assert.Equal(posts.AsEnumerable().Reverse(), await ReadAll((after, limit) => _queries.ByAuthor(author, after, limit), 4));
        Assert.Empty((await _queries.ByAuthor(Guid.CreateVersion7(), null, 10)).Items);
    }

    [Theory]
    [InlineData("서울")]
    [InlineData("Shoes")]
    public async Task A_tag_is_found_in_any_case(string tag)
    {
        var posts = await AddPosts(Guid.CreateVersion7(), 9, deleted: _ => false);
        foreach (var post in posts)
            await Execute("INSERT INTO post_tags VALUES ($1, $2)", tag.ToLowerInvariant(), post);
        Assert.Equal(posts.AsEnumerable().Reverse(), await ReadAll((after, limit) => _queries.ByTag(tag, after, limit), 2));
        Assert.Equal(9, (await _queries.ByTag(tag.ToUpperInvariant(), null, 100)).Items.Length);
    }

    [Fact]
    public async Task What_is_no_tag_is_found_nowhere()
    {
        Assert.Empty((await _queries.ByTag("no tag", null, 10)).Items);
        Assert.Empty((await _queries.ByTag("nul\0", null, 10)).Items);
        Assert.Empty((await _queries.ByTag(new string('x', 10_000), null, 10)).Items);
    }

    [Fact]
    public async Task A_collection_is_listed_by_when_something_was_put_into_it()
    {
        var user = Guid.CreateVersion7();
        var posts = await AddPosts(Guid.CreateVersion7(), 9, deleted: _ => false);
        for (var i = 0; i < posts.Count; i++)
            await Execute("INSERT INTO saves VALUES ($1, $2, $3)", posts[i], user, Noon.AddSeconds(-i));
        Assert.Equal(posts, await ReadAll((after, limit) => _queries.SavedBy(user, after, limit), 2));
    }

    [Fact]
    public async Task New_entries_do_not_shift_a_page()
    {
        var author = Guid.CreateVersion7();
        var old = await AddPosts(author, 6, deleted: _ => false);
        var first = await _queries.ByAuthor(author, null, 3);
        await AddPosts(author, 5, deleted: _ => false);
        var second = await _queries.ByAuthor(author, first.Next, 3);
        Assert.Equal(old.AsEnumerable().Reverse(), first.Items.Concat(second.Items));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Erasure_finds_what_a_person_left()
    {
        var user = Guid.CreateVersion7();
        var (post, comment) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var erasure = new PostErasure(database.Source);
        await Execute("INSERT INTO likes VALUES ($1, $2, $3)", post, user, Noon);
        await Execute("INSERT INTO saves VALUES ($1, $2, $3)", post, user, Noon);
        await Execute("INSERT INTO comments VALUES ($1, $2, $3, $4, $5, $6)", comment, post, user, "text", Noon, DBNull.Value);
        var posts = await AddPosts(user, 4, deleted: i => i == 1);
        Assert.Equal([post], await erasure.LikedBy(user, 10));
        Assert.Equal([post], await erasure.SavedBy(user, 10));
        Assert.Equal([(comment, post)], await erasure.CommentsBy(user, 10));
        Assert.Equal(posts.AsEnumerable().Reverse().Take(2), await erasure.PostsBy(user, 2));
    }

    private static async Task<List<T>> ReadAll<T>(Func<Position?, int, Task<Page<T>>> read, int limit)
    {
        var all = new List<T>();
        Position? after = null;
        do
        {
            var page = await read(after, limit);
            Assert.True(page.Items.Length == limit || page.Next is null);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    private async Task<UserSummary> AddUser(bool isGone)
    {
        var id = Guid.CreateVersion7();
        var user = new UserSummary(id, $"u{id:n}"[..30], "Mina", new string('a', 64));
        await Execute(
            "INSERT INTO users VALUES ($1, $2, $3, $4, '', NULL, 'ko', 0, $6, $7, 1, NULL, $5)",
            id, user.Handle + id.ToString()[^4..], $"{id}@example.com", user.DisplayName, user.Avatar!, Noon,
            isGone ? Noon : DBNull.Value);
        return user with { Handle = user.Handle + id.ToString()[^4..] };
    }

    private async Task<List<Guid>> AddPosts(Guid author, int count, Func<int, bool> deleted)
    {
        var ids = new Ids(TimeProvider.System);
        var posts = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var id = ids.Next();
            await Execute(
                "INSERT INTO posts VALUES ($1, $2, $3, NULL, $4, 0, 0, 0, 0, 1)", id, author, Noon, deleted(i) ? Noon : DBNull.Value);
            if (!deleted(i))
                posts.Add(id);
        }

        return posts;
    }

    private async Task<Dictionary<Guid, DateTime>> Times(Guid post)
    {
        var times = new Dictionary<Guid, DateTime>();
        await using var command = database.Source.CreateCommand("SELECT user_id, created_at FROM likes WHERE post_id = $1");
        command.Parameters.Add(new() { Value = post });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            times.Add(reader.GetGuid(0), reader.GetDateTime(1));
        return times;
    }

    private async Task Execute(string sql, params object[] values)
    {
        await using var command = database.Source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DBNull
                ? new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz, Value = value }
                : new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
