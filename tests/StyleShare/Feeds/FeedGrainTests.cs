using StyleShare.Feeds;
using StyleShare.People;
using StyleShare.Testing;
using StyleShare.Tests.Posts;

namespace StyleShare.Tests.Feeds;

public sealed class FeedGrainTests(PostSteps steps) : IClassFixture<PostSteps>
{
    [Fact]
    public async Task The_feed_has_own_posts_and_those_of_people_followed_newest_first()
    {
        var (reader, followed, stranger) = (await steps.AddPerson(), await steps.AddPerson(), await steps.AddPerson());
        await Follow(reader, followed);
        var old = await Publish(followed);
        Assert.Equal([old], await Feed(reader).Read(null, 10));

        // The feed is warm now: what follows comes through the log.
        var own = await Publish(reader);
        await Publish(stranger);
        var news = await Publish(followed);
        await Eventually(reader, [news, own, old]);
    }

    [Fact]
    public async Task What_another_silo_publishes_comes_too()
    {
        var (reader, followed) = (await steps.AddPerson(), await steps.AddPerson());
        await Follow(reader, followed);
        Assert.Empty(await Feed(reader).Read(null, 10));
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        var post = await Publish(followed, other);
        await Eventually(reader, [post]);
    }

    [Fact]
    public async Task Following_and_unfollowing_change_the_feed_at_once()
    {
        var (reader, followed) = (await steps.AddPerson(), await steps.AddPerson());
        var own = await Publish(reader);
        var theirs = await Publish(followed);
        Assert.Equal([own], await Feed(reader).Read(null, 10));
        await Follow(reader, followed);
        Assert.Equal([theirs, own], await Feed(reader).Read(null, 10));
        await steps.Silo.Grains.GetGrain<IFollowingGrain>(reader.Id).Unfollow(followed.Id);
        Assert.Equal([own], await Feed(reader).Read(null, 10));
    }

    [Fact]
    public async Task New_posts_do_not_shift_what_is_being_read()
    {
        var (reader, followed) = (await steps.AddPerson(), await steps.AddPerson());
        await Follow(reader, followed);
        var posts = new List<FeedEntry>();
        for (var i = 0; i < 12; i++)
            posts.Insert(0, await Publish(i % 3 == 0 ? reader : followed));

        var read = new List<FeedEntry>();
        do
        {
            read.AddRange(await Feed(reader).Read(read.Count > 0 ? read[^1].PostId : null, 5));
            var news = await Publish(followed);
            posts.Insert(0, news);
            await Eventually(reader, [.. posts]);
        }
        while (read.Count % 5 == 0);
        Assert.Equal(posts.TakeLast(12), read);
    }

    [Fact]
    public async Task A_feed_is_read_to_its_end_though_only_its_newest_part_is_kept()
    {
        await using var silo = await StyleShareCluster.StartAsync(steps.Database, [new("StyleShare:Feeds:Kept", "20")]);
        var reader = await steps.AddPerson();
        var posts = new List<FeedEntry>();
        var authors = new[] { await steps.AddPerson(), await steps.AddPerson(), await steps.AddPerson(), reader };
        foreach (var author in authors[..3])
            await Follow(reader, author, silo);
        for (var i = 0; i < 70; i++)
        {
            posts.Insert(0, await Publish(authors[i * i % 4], silo));
            if (i == 35)
                await Feed(reader, silo).Read(null, 5);
        }

        await Eventually(reader, [.. posts.Take(5)], silo);
        for (var limit = 1; limit < 40; limit = limit * 2 + 1)
        {
            var read = new List<FeedEntry>();
            while (true)
            {
                var part = await Feed(reader, silo).Read(read.Count > 0 ? read[^1].PostId : null, limit);
                read.AddRange(part);
                if (part.Length < limit)
                    break;
            }

            Assert.Equal(posts, read);
        }
    }

    [Fact]
    public async Task A_feed_that_recent_posts_ran_over_is_built_anew()
    {
        await using var silo = await StyleShareCluster.StartAsync(steps.Database, [new("StyleShare:Feeds:Recent", "16")]);
        var (reader, followed, stranger) = (await steps.AddPerson(), await steps.AddPerson(), await steps.AddPerson());
        await Follow(reader, followed, silo);
        var posts = new List<FeedEntry> { await Publish(followed, silo) };
        await Eventually(reader, [.. posts], silo);
        posts.Insert(0, await Publish(followed, silo));
        for (var i = 0; i < 40; i++)
            await Publish(stranger, silo);
        posts.Insert(0, await Publish(followed, silo));
        await Eventually(reader, [.. posts], silo);
    }

    [Fact]
    public async Task The_feed_of_somebody_who_follows_nobody_is_their_own()
    {
        var reader = await steps.AddPerson();
        Assert.Empty(await Feed(reader).Read(null, 10));
        var post = await Publish(reader);
        await Eventually(reader, [post]);
        Assert.Empty(await Feed(reader).Read(post.PostId, 10));
    }

    private IFeedGrain Feed(UserSummary reader, StyleShareCluster? silo = null) =>
        (silo ?? steps.Silo).Grains.GetGrain<IFeedGrain>(reader.Id);

    private Task Follow(UserSummary reader, UserSummary followed, StyleShareCluster? silo = null) =>
        (silo ?? steps.Silo).Grains.GetGrain<IFollowingGrain>(reader.Id).Follow(followed.Id);

    private async Task<FeedEntry> Publish(UserSummary author, StyleShareCluster? silo = null) =>
        new((await steps.Publish(author, silo: silo)).Id, author.Id);

    /// <summary>Reads until the newest part is this; what it has before must be a part of that.</summary>
    private async Task Eventually(UserSummary reader, FeedEntry[] expected, StyleShareCluster? silo = null)
    {
        while (true)
        {
            var read = await Feed(reader, silo).Read(null, expected.Length);
            if (read.SequenceEqual(expected))
                return;
            Assert.Equal(read.OrderByDescending(post => post.PostId), read);
            await Task.Delay(5, TestContext.Current.CancellationToken); // between looks, not in place of one
        }
    }
}
