using Orleans.Storage;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Posts;

/// <summary>Likes and saves by many at once: counted right, written once, few commits.</summary>
[Trait("Pooler", "transaction")]
public sealed class LikeTests(PostSteps steps) : IClassFixture<PostSteps>
{
    [Fact]
    public async Task The_same_like_a_hundred_times_at_once_is_one()
    {
        var post = await steps.Publish(await steps.AddPerson());
        var user = Guid.CreateVersion7();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => steps.Post(post.Id).Like(user)));
        await steps.Post(post.Id).Save(user);
        var seen = await steps.See(post.Id, user);
        Assert.Equal((1, 1, true, true), (seen.Post.Likes, seen.Post.Saves, seen.Liked, seen.Saved));
        Assert.Equal([user], await steps.StoredUsers("likes", post.Id));
        Assert.Equal([user], await steps.StoredUsers("saves", post.Id));
    }

    [Fact]
    public async Task Ten_thousand_likes_at_once_are_few_commits_and_all_are_there()
    {
        var post = await steps.Publish(await steps.AddPerson());
        var users = Enumerable.Range(0, 10_000).Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(users.Select(user => steps.Post(post.Id).Like(user)));
        var seen = await steps.See(post.Id, users[0]);
        Assert.Equal(users.Length, seen.Post.Likes);
        Assert.True(seen.Liked);
        Assert.Equal(users.ToHashSet(), await steps.StoredUsers("likes", post.Id));

        // The version counts commits.
        Assert.True(seen.Post.Version < 1_000, $"{seen.Post.Version} commits");
        TestContext.Current.TestOutputHelper?.WriteLine($"{seen.Post.Version} commits");
    }

    [Fact]
    public async Task Who_likes_a_post_is_known_however_many_do()
    {
        var post = await steps.Publish(await steps.AddPerson());
        var users = Enumerable.Range(0, 600).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var user in users)
            await steps.Execute("INSERT INTO likes VALUES ($1, $2, now())", post.Id, user);
        await steps.Execute("UPDATE posts SET likes = 600 WHERE id = $1", post.Id);
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        var seen = await Task.WhenAll(users.Select(user => steps.See(post.Id, user, other)));
        Assert.All(seen, view => Assert.True(view.Liked));
        Assert.False((await steps.See(post.Id, Guid.CreateVersion7(), other)).Liked);

        await Task.WhenAll(users[..300].Select(user => steps.Post(post.Id, other).Unlike(user)));
        await Task.WhenAll(users[200..].Select(user => steps.Post(post.Id, other).Like(user)));
        Assert.Equal(users[200..].ToHashSet(), await steps.StoredUsers("likes", post.Id));
        Assert.Equal(400, (await steps.See(post.Id, users[0], other)).Post.Likes);
    }

    [Fact]
    public async Task Random_changes_at_once_end_as_each_person_left_it()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var post = await steps.Publish(await steps.AddPerson());
        var users = Enumerable.Range(0, 8).Select(_ => Guid.CreateVersion7()).ToArray();
        var ends = await Task.WhenAll(users.Select((user, i) => Act(post.Id, user, new Random(seed + i))));

        var likers = users.Where((_, i) => ends[i].Liked).ToHashSet();
        var savers = users.Where((_, i) => ends[i].Saved).ToHashSet();
        await AssertStored(post.Id, likers, savers, steps.Silo);
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        await AssertStored(post.Id, likers, savers, other);
    }

    [Fact]
    public async Task Changes_of_one_person_at_once_leave_count_and_rows_the_same()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var post = await steps.Publish(await steps.AddPerson());
        var users = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var round = 0; round < 30; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            {
                var user = random.GetItems(users, 1)[0];
                return random.Next(2) == 0 ? steps.Post(post.Id).Like(user) : steps.Post(post.Id).Unlike(user);
            }));
            var stored = await steps.StoredUsers("likes", post.Id);
            foreach (var user in users)
            {
                var seen = await steps.See(post.Id, user);
                Assert.Equal(stored.Count, seen.Post.Likes);
                Assert.Equal(stored.Contains(user), seen.Liked);
            }
        }
    }

    [Fact]
    public async Task A_second_activation_is_refused_reloads_and_counts_nothing_twice()
    {
        var post = await steps.Publish(await steps.AddPerson());
        var users = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToArray();
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        await steps.See(post.Id, users[0]);
        await steps.See(post.Id, users[0], other);

        await steps.Post(post.Id).Like(users[0]);
        await Assert.ThrowsAsync<InconsistentStateException>(() => steps.Post(post.Id, other).Like(users[1]));
        await RetryWhileStale(() => steps.Post(post.Id, other).Like(users[1]));
        await RetryWhileStale(() => steps.Post(post.Id, other).Like(users[0]));
        await RetryWhileStale(() => steps.Post(post.Id).Like(users[2]));

        Assert.Equal(users.ToHashSet(), await steps.StoredUsers("likes", post.Id));
        Assert.Equal(3, (await steps.See(post.Id, users[1])).Post.Likes);
        Assert.Equal(3, await steps.Stored<long>("SELECT likes FROM posts WHERE id = $1", post.Id));
    }

    [Fact]
    public async Task A_like_that_the_database_refuses_is_seen_by_nobody_and_the_post_goes_on()
    {
        var post = await steps.Publish(await steps.AddPerson());
        var (refused, fine) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await steps.Database.ExecuteAsync($"ALTER TABLE likes ADD CONSTRAINT refused CHECK (user_id <> '{refused}')");
        await Assert.ThrowsAsync<ChangeRefusedException>(() => steps.Post(post.Id).Like(refused));
        await RetryWhileStale(() => steps.Post(post.Id).Like(fine));
        var seen = await steps.See(post.Id, refused);
        Assert.Equal((1, false), (seen.Post.Likes, seen.Liked));
        Assert.Equal([fine], await steps.StoredUsers("likes", post.Id));
    }

    [Fact]
    public async Task Two_silos_that_fight_over_a_post_lose_and_double_nothing()
    {
        var post = await steps.Publish(await steps.AddPerson());
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        var users = Enumerable.Range(0, 60).Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(users.Select((user, i) =>
            RetryWhileStale(() => steps.Post(post.Id, i % 2 == 0 ? steps.Silo : other).Like(user))));
        Assert.Equal(users.ToHashSet(), await steps.StoredUsers("likes", post.Id));
        Assert.Equal(60, await steps.Stored<long>("SELECT likes FROM posts WHERE id = $1", post.Id));
    }

    private static async Task RetryWhileStale(Func<Task> act)
    {
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (InconsistentStateException)
            {
                // The grain has reloaded, or is about to.
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<(bool Liked, bool Saved)> Act(Guid post, Guid user, Random random)
    {
        var grain = steps.Post(post);
        var (liked, saved) = (false, false);
        for (var i = 0; i < 200; i++)
        {
            switch (random.Next(5))
            {
                case 0:
                    await grain.Like(user);
                    liked = true;
                    break;
                case 1:
                    await grain.Unlike(user);
                    liked = false;
                    break;
                case 2:
                    await grain.Save(user);
                    saved = true;
                    break;
                case 3:
                    await grain.Unsave(user);
                    saved = false;
                    break;
                default:
                    var seen = await steps.See(post, user);
                    Assert.Equal((liked, saved), (seen.Liked, seen.Saved));
                    break;
            }
        }

        return (liked, saved);
    }

    private async Task AssertStored(Guid post, HashSet<Guid> likers, HashSet<Guid> savers, StyleShareCluster silo)
    {
        Assert.Equal(likers, await steps.StoredUsers("likes", post));
        Assert.Equal(savers, await steps.StoredUsers("saves", post));
        foreach (var user in likers.Union(savers))
        {
            var seen = await steps.See(post, user, silo);
            Assert.Equal((likers.Count, savers.Count), (seen.Post.Likes, seen.Post.Saves));
            Assert.Equal((likers.Contains(user), savers.Contains(user)), (seen.Liked, seen.Saved));
        }
    }
}
