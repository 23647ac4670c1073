using Microsoft.Extensions.DependencyInjection;
using StyleShare.People;
using StyleShare.Testing;
using StyleShare.Tests.Accounts;

namespace StyleShare.Tests.People;

public sealed class FollowGrainTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private StyleShareCluster _silo = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _silo = await StyleShareCluster.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Following_is_counted_on_both_sides_once()
    {
        var (mina, juno) = (await _silo.Somebody(), await _silo.Somebody());
        var version = await By(mina).Version();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => By(mina).Follow(juno)));
        Assert.Equal(new Following(true, 1), await By(mina).Of(juno));
        Assert.Equal(new Following(false, 0), await By(juno).Of(mina));
        Assert.Equal(1, (await User(juno).Get())?.Followers);
        var all = await By(mina).All();
        Assert.Equal([juno], all.People);
        Assert.NotEqual(version, all.Version);
        Assert.Equal(all.Version, await By(mina).Version());

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => By(mina).Unfollow(juno)));
        Assert.Equal(new Following(false, 0), await By(mina).Of(juno));
        Assert.Equal(0, (await User(juno).Get())?.Followers);
        await RowsAgree();
    }

    [Fact]
    public async Task Nobody_follows_themselves_or_who_is_not_there()
    {
        var (mina, gone) = (await _silo.Somebody(), await _silo.Somebody());
        await User(gone).Vanish();
        Assert.Equal("cannot_follow_self", (await Refused(mina, mina)).Code);
        Assert.Equal("user_not_found", (await Refused(mina, Guid.NewGuid())).Code);
        Assert.Equal("user_not_found", (await Refused(mina, gone)).Code);
        Assert.Equal(new Following(false, 0), await By(mina).Of(gone));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM follows"));
    }

    [Fact]
    public async Task Nobody_follows_more_than_the_limit()
    {
        await using var silo = await StyleShareCluster.StartAsync(_database, [new("StyleShare:People:MaxFollowed", "3")]);
        var mina = silo.Grains.GetGrain<IFollowingGrain>(await silo.Somebody());
        var others = new List<Guid>();
        for (var i = 0; i < 5; i++)
            others.Add(await silo.Somebody());
        var follows = others.Select(mina.Follow).ToArray();
        await Task.WhenAll(follows).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(3, follows.Count(follow => follow.IsCompletedSuccessfully));
        Assert.All(
            follows.Where(follow => follow.IsFaulted),
            follow => Assert.Equal("too_many_followed", Assert.IsType<Refusal>(follow.Exception!.InnerException).Code));
        Assert.Equal(3, (await mina.All()).People.Length);
    }

    [Fact]
    public async Task A_crowd_that_starts_to_follow_one_person_is_committed_in_few_transactions()
    {
        var star = await _silo.Somebody();
        var crowd = Enumerable.Range(0, 2_000).Select(_ => Guid.NewGuid()).ToArray();
        await Task.WhenAll(crowd.Select(fan => By(fan).Follow(star)));
        Assert.Equal(2_000, (await User(star).Get())?.Followers);
        Assert.Equal(2_000, await _database.ScalarAsync<long>("SELECT count(*) FROM follows"));
        var version = (await User(star).Get())!.Version;
        Assert.True(version < 1_000, $"{version} commits for 2,000 followers");
    }

    [Fact]
    public async Task Counts_and_rows_agree_whatever_happens_at_once_and_after_a_crash()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var people = new List<Guid>();
        for (var i = 0; i < 6; i++)
            people.Add(await _silo.Somebody());
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 60).Select(_ =>
            {
                var (who, whom) = (people[random.Next(6)], people[random.Next(6)]);
                if (who == whom)
                    return Task.CompletedTask;
                return random.Next(2) == 0 ? By(who).Follow(whom) : By(who).Unfollow(whom);
            }));
            await RowsAgree();
        }

        var views = await Task.WhenAll(people.Select(person => User(person).Get()));
        var sets = await Task.WhenAll(people.Select(async person => (await By(person).All()).People));
        await _silo.KillAsync();
        await using var next = await StyleShareCluster.StartAsync(_database);
        for (var i = 0; i < people.Count; i++)
        {
            Assert.Equal(views[i], await next.Grains.GetGrain<IUserGrain>(people[i]).Get());
            Assert.Equal(sets[i], (await next.Grains.GetGrain<IFollowingGrain>(people[i]).All()).People);
        }
    }

    [Fact]
    public async Task Two_silos_that_do_not_know_of_each_other_lose_and_double_nothing()
    {
        var star = await _silo.Somebody();
        await using var other = await StyleShareCluster.StartAsync(_database);
        var stars = new[] { User(star), other.Grains.GetGrain<IUserGrain>(star) };
        await Task.WhenAll(stars.Select(user => user.Get()));

        var done = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            var fan = Guid.NewGuid();
            for (var acknowledged = false; !acknowledged;)
            {
                try
                {
                    await stars[i % 2].AddFollower(fan);
                    acknowledged = true;
                }
                catch (Exception e) when (e is not Refusal and not TimeoutException)
                {
                    // The stale one is refused, and reloads.
                }
            }

            done.Add(fan);
        }

        Assert.Equal(20, await _database.ScalarAsync<long>("SELECT count(*) FROM follows"));
        Assert.Equal(20, await _database.ScalarAsync<long>($"SELECT followers FROM users WHERE id = '{star}'"));
        Assert.Equal(20, done.Count);
    }

    [Fact]
    public async Task Lists_are_paged_newest_first_and_not_shifted_by_newer_rows()
    {
        var queries = _silo.Services.GetRequiredService<PeopleQueries>();
        var star = await _silo.Somebody();
        var fans = new List<Guid>();
        for (var i = 0; i < 5; i++)
            fans.Add(await Fan());

        var first = await queries.Followers(star, null, 2);
        Assert.Equal([fans[4], fans[3]], first.Items.Select(item => item.Id));
        await Fan();
        var second = await queries.Followers(star, first.Next, 2);
        Assert.Equal([fans[2], fans[1]], second.Items.Select(item => item.Id));
        await User(fans[1]).Vanish();
        var third = await queries.Followers(star, second.Next, 2);
        Assert.Equal([fans[0]], third.Items.Select(item => item.Id));
        Assert.Null(third.Next);
        Assert.Null((await queries.Followers(star, second.Next, 1)).Next);

        foreach (var fan in fans)
            await By(star).Follow(fan).ContinueWith(_ => { }, TaskScheduler.Default);
        var following = await queries.Following(star, null, 10);
        Assert.Equal([fans[4], fans[3], fans[2], fans[0]], following.Items.Select(item => item.Id));
        Assert.Equal(await User(fans[4]).Summary(), following.Items[0]);
        Assert.Empty((await queries.Following(Guid.NewGuid(), null, 10)).Items);

        async Task<Guid> Fan()
        {
            var fan = await _silo.Somebody();
            await By(fan).Follow(star);
            return fan;
        }
    }

    [Fact]
    public async Task A_silo_with_an_old_copy_acknowledges_no_follow_that_is_not_stored()
    {
        var (fan, star) = (await _silo.Somebody(), await _silo.Somebody());
        await using var other = await StyleShareCluster.StartAsync(_database);
        var copies = new[] { By(fan), other.Grains.GetGrain<IFollowingGrain>(fan) };
        await Task.WhenAll(copies.Select(copy => copy.Of(star)));
        for (var i = 0; i < 8; i++)
        {
            // One follows only, and the other only unfollows: to each of them, its next change seems to be made already.
            var isOn = i % 2 == 0;
            await Acknowledged(() => isOn ? copies[0].Follow(star) : copies[1].Unfollow(star));
            Assert.Equal(isOn ? 1 : 0, await _database.ScalarAsync<long>("SELECT count(*) FROM follows"));
        }

        await RowsAgree();
    }

    private static async Task Acknowledged(Func<Task> change)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await change();
                return;
            }
            catch (Exception e) when (e is not Refusal && tries < 100)
            {
                // The stale one is refused, and reloads.
            }
        }
    }

    private async Task RowsAgree() => Assert.Equal(
        0,
        await _database.ScalarAsync<long>(
            """
            SELECT count(*) FROM users
            WHERE followers <> (SELECT count(*) FROM follows WHERE followee_id = users.id)
            """));

    private async Task<Refusal> Refused(Guid who, Guid whom) =>
        await Assert.ThrowsAsync<Refusal>(() => By(who).Follow(whom));

    private IUserGrain User(Guid id) => _silo.Grains.GetGrain<IUserGrain>(id);

    private IFollowingGrain By(Guid id) => _silo.Grains.GetGrain<IFollowingGrain>(id);
}
