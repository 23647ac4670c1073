using Orleans.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Shares;

/// <summary>Through whom somebody first came to a shop, and the chains that come of it.</summary>
public sealed class ReferralTests(ShareSteps steps) : IClassFixture<ShareSteps>
{
    [Fact]
    public async Task The_first_touch_stays_and_the_share_that_brought_it_is_kept()
    {
        var (shop, mina, juno, share) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var buyer = Guid.NewGuid();
        Assert.Null(await steps.Referral(shop, buyer).CameThrough());
        Assert.True(await steps.Referral(shop, buyer).Touch(mina, share));
        Assert.False(await steps.Referral(shop, buyer).Touch(juno, Guid.NewGuid()));
        Assert.False(await steps.Referral(shop, buyer).Touch(mina, Guid.NewGuid()));
        Assert.Equal(mina, await steps.Referral(shop, buyer).CameThrough());
        Assert.Null(await steps.Referral(Guid.NewGuid(), buyer).CameThrough());

        // Another silo reads it from the table.
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        Assert.Equal(mina, await steps.Referral(shop, buyer, other).CameThrough());
        Assert.Equal(1, await steps.Count($"first_touches WHERE user_id = '{buyer}' AND share_id = '{share}' AND version = 1"));
    }

    [Fact]
    public async Task Nobody_comes_through_themselves()
    {
        var (shop, mina) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.False(await steps.Referral(shop, mina).Touch(mina, Guid.NewGuid()));
        Assert.Null(await steps.Referral(shop, mina).CameThrough());
    }

    [Fact]
    public async Task After_its_time_a_touch_counts_no_longer_and_the_next_takes_its_place()
    {
        await using var silo = await StyleShareCluster.StartAsync(
            steps.Database, [new("StyleShare:Shares:TouchFor", "10.00:00:00"), new("StyleShare:Jobs:Enabled", "false")]);
        var (shop, buyer, mina, juno) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        Assert.True(await steps.Referral(shop, buyer, silo).Touch(mina, Guid.NewGuid()));
        silo.Time.Advance(TimeSpan.FromDays(10) - TimeSpan.FromMinutes(5));
        Assert.Equal(mina, await steps.Referral(shop, buyer, silo).CameThrough());
        Assert.False(await steps.Referral(shop, buyer, silo).Touch(juno, Guid.NewGuid()));
        silo.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Null(await steps.Referral(shop, buyer, silo).CameThrough());
        Assert.True(await steps.Referral(shop, buyer, silo).Touch(juno, Guid.NewGuid()));
        Assert.Equal(juno, await steps.Referral(shop, buyer, silo).CameThrough());
        Assert.Equal(1, await steps.Count($"first_touches WHERE user_id = '{buyer}' AND through_id = '{juno}' AND version = 2"));
    }

    [Fact]
    public async Task A_hundred_touches_at_once_are_one()
    {
        var (shop, buyer) = (Guid.NewGuid(), Guid.NewGuid());
        var first = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            var through = Guid.NewGuid();
            return await steps.Referral(shop, buyer).Touch(through, Guid.NewGuid()) ? through : (Guid?)null;
        }));
        Assert.Equal(Assert.Single(first.OfType<Guid>()), await steps.Referral(shop, buyer).CameThrough());
    }

    [Fact]
    public async Task Of_two_silos_that_do_not_know_of_each_other_one_is_refused_and_then_sees_the_others_touch()
    {
        var (shop, buyer, mina, juno) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        Assert.Null(await steps.Referral(shop, buyer, other).CameThrough());
        Assert.True(await steps.Referral(shop, buyer).Touch(mina, Guid.NewGuid()));
        await Assert.ThrowsAsync<InconsistentStateException>(() => steps.Referral(shop, buyer, other).Touch(juno, Guid.NewGuid()));
        for (Guid? through = null; through != mina; through = await steps.Referral(shop, buyer, other).CameThrough())
            Assert.NotEqual(juno, through);
        Assert.False(await steps.Referral(shop, buyer, other).Touch(juno, Guid.NewGuid()));
    }

    [Fact]
    public async Task Levels_keep_their_number_where_an_account_is_closed()
    {
        var shop = Guid.NewGuid();
        var (buyer, mina, juno, suho) = (await steps.Somebody(), await steps.Somebody(), await steps.Somebody(), await steps.Somebody());
        await steps.Referral(shop, buyer).Touch(mina, Guid.NewGuid());
        await steps.Referral(shop, mina).Touch(juno, Guid.NewGuid());
        await steps.Referral(shop, juno).Touch(suho, Guid.NewGuid());
        Assert.Equal([mina, juno, suho, null], await steps.Chain.Of(shop, buyer, 4));
        Assert.Equal([mina], await steps.Chain.Of(shop, buyer, 1));
        Assert.Empty(await steps.Chain.Of(shop, buyer, 0));
        Assert.Equal([null, null], await steps.Chain.Of(Guid.NewGuid(), buyer, 2));

        await steps.Close(juno);
        Assert.Equal([mina, null, suho], await steps.Chain.Of(shop, buyer, 3));
        Assert.Equal([null, suho], await steps.Chain.Of(shop, mina, 2));
    }

    [Fact]
    public async Task A_chain_ends_where_it_would_come_back()
    {
        var shop = Guid.NewGuid();
        var (mina, juno, suho) = (await steps.Somebody(), await steps.Somebody(), await steps.Somebody());
        await steps.Referral(shop, mina).Touch(juno, Guid.NewGuid());
        await steps.Referral(shop, juno).Touch(suho, Guid.NewGuid());
        await steps.Referral(shop, suho).Touch(juno, Guid.NewGuid());
        Assert.Equal([juno, suho, null, null], await steps.Chain.Of(shop, mina, 4));
        Assert.Equal([suho, null, null], await steps.Chain.Of(shop, juno, 3));
    }

    [Fact]
    public async Task Random_chains_are_as_a_naive_walk_finds_them()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var people = await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => steps.Somebody()));
        var shops = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        var came = new Dictionary<(Guid Shop, Guid User), Guid>();
        for (var i = 0; i < 90; i++)
        {
            var (shop, user, through) = (random.GetItems(shops, 1)[0], random.GetItems(people, 1)[0], random.GetItems(people, 1)[0]);
            var isFirst = user != through && came.TryAdd((shop, user), through);
            Assert.Equal(isFirst, await steps.Referral(shop, user).Touch(through, Guid.NewGuid()));
        }

        var closed = people.Where(_ => random.Next(4) == 0).ToHashSet();
        await Task.WhenAll(closed.Select(steps.Close));
        foreach (var shop in shops)
        {
            foreach (var buyer in people)
            {
                var levels = random.Next(1, 8);
                Assert.Equal(Walk(shop, buyer, levels), await steps.Chain.Of(shop, buyer, levels));
            }
        }

        Guid?[] Walk(Guid shop, Guid buyer, int levels)
        {
            var path = new List<Guid> { buyer };
            while (came.TryGetValue((shop, path[^1]), out var next) && !path.Contains(next))
                path.Add(next);
            return [.. Enumerable.Range(1, levels).Select(level => level < path.Count && !closed.Contains(path[level]) ? path[level] : (Guid?)null)];
        }
    }
}
