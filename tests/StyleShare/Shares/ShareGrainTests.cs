using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.Posts;
using StyleShare.Requests;
using StyleShare.Shares;

namespace StyleShare.Tests.Shares;

public sealed class ShareGrainTests(ShareSteps steps) : IClassFixture<ShareSteps>
{
    [Fact]
    public async Task A_share_of_a_post_is_counted_by_it_once_however_often_the_request_comes()
    {
        var mina = await steps.Somebody();
        var post = await steps.Publish(mina);
        var request = new RequestKey(Guid.NewGuid().ToString("N"), [1]);
        var wish = new NewShare(steps.Silo.Services.GetRequiredService<Ids>().Next(), mina, post, null, ShareChannel.Link, "Look", "ko", request);
        var share = await steps.Silo.Grains.GetGrain<IPostGrain>(post).Share(wish);
        await Assert.ThrowsAnyAsync<Exception>(() => steps.Silo.Grains.GetGrain<IPostGrain>(post).Share(wish));
        await Assert.ThrowsAnyAsync<Exception>(
            () => steps.Silo.Grains.GetGrain<IPostGrain>(post).Share(wish with { Id = Guid.CreateVersion7() }));

        Assert.Equal(1, await steps.Database.ScalarAsync<long>($"SELECT shares FROM posts WHERE id = '{post}'"));
        Assert.Equal(1, await steps.Count($"shares WHERE post_id = '{post}'"));
        Assert.Equal(share, await steps.Share(share.Code).Get());
        Assert.Equal((ShareState.Sent, 0, "Look", "ko"), (share.State, share.Clicks, share.Message, share.Locale));
    }

    [Fact]
    public async Task Many_shares_and_likes_at_once_are_all_counted()
    {
        var mina = await steps.Somebody();
        var post = await steps.Publish(mina);
        var grain = steps.Silo.Grains.GetGrain<IPostGrain>(post);
        var shares = Enumerable.Range(0, 300).Select(_ => steps.Sharing.SharePost(mina, post, ShareChannel.Link, "", null)).ToArray();
        await Task.WhenAll([.. shares, .. Enumerable.Range(0, 300).Select(_ => grain.Like(Guid.NewGuid()))]);
        var seen = await grain.View(mina);
        Assert.Equal((300, 300), (seen!.Value.Post.Shares, seen.Value.Post.Likes));
        Assert.Equal(300, await steps.Count($"shares WHERE post_id = '{post}'"));
    }

    [Fact]
    public async Task All_who_follow_at_once_are_counted_in_few_commits()
    {
        var mina = await steps.Somebody();
        var share = await steps.Sharing.SharePost(mina, await steps.Publish(mina), ShareChannel.Link, "", null);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => steps.Share(share.Code).Follow()));
        var seen = await steps.Share(share.Code).Get();
        Assert.Equal(2_000, seen!.Clicks);
        Assert.InRange(seen.Version, 2, 500);
        Assert.Equal(1, await steps.Count($"shares WHERE code = '{share.Code}' AND clicks = 2000"));
    }

    [Fact]
    public async Task What_was_settled_stays_settled()
    {
        var mina = await steps.Somebody();
        var share = await steps.Sharing.SharePost(mina, await steps.Publish(mina), ShareChannel.Link, "", null);
        await steps.Share(share.Code).Fail("refused");
        var seen = await steps.Share(share.Code).Get();
        Assert.Equal((ShareState.Sent, null, 1), (seen!.State, seen.Error, seen.Version));
    }

    [Fact]
    public async Task A_code_that_nobody_has_is_no_share_and_following_it_does_nothing()
    {
        Assert.Null(await steps.Share("AAAAAAAAAAAA").Get());
        await steps.Share("AAAAAAAAAAAA").Follow();
        Assert.Null(await steps.Codes.Find("AAAAAAAAAAAA"));
        Assert.Null(await steps.Codes.Find("no code at all"));
        Assert.Equal(0, await steps.Count("shares WHERE code = 'AAAAAAAAAAAA'"));
    }

    [Fact]
    public async Task A_post_that_is_not_there_cannot_be_shared()
    {
        var mina = await steps.Somebody();
        var deleted = await steps.Publish(mina);
        await steps.Silo.Grains.GetGrain<IPostGrain>(deleted).Delete(mina);
        foreach (var post in new[] { Guid.NewGuid(), deleted })
        {
            var refusal = await Assert.ThrowsAsync<Refusal>(() => steps.Sharing.SharePost(mina, post, ShareChannel.Link, "", null));
            Assert.Equal("post_not_found", refusal.Code);
        }
    }

    [Fact]
    public async Task A_till_is_told_whose_share_of_a_post_it_is()
    {
        var mina = await steps.Somebody();
        var share = await steps.Sharing.SharePost(mina, await steps.Publish(mina), ShareChannel.Link, "", null);
        Assert.Equal(new Sharer(mina, share.Id), await steps.Codes.OwnerOf(share.Code.ToLowerInvariant(), Guid.NewGuid()));
        foreach (var code in new[] { "", "000000000000", "nothing like it" })
        {
            var refusal = await Assert.ThrowsAsync<Refusal>(() => steps.Codes.OwnerOf(code, Guid.NewGuid()));
            Assert.Equal((RefusalKind.Unprocessable, "unknown_share_code"), (refusal.Kind, refusal.Code));
        }
    }

    [Fact]
    public async Task Of_who_is_erased_no_share_leads_anywhere_and_no_touch_is_left()
    {
        var (shop, mina, juno, suho) = (Guid.NewGuid(), await steps.Somebody(), await steps.Somebody(), await steps.Somebody());
        var post = await steps.Publish(suho);
        var shares = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => steps.Sharing.SharePost(mina, post, ShareChannel.Link, "my own words", null)));
        await steps.Referral(shop, mina).Touch(suho, Guid.NewGuid());
        await steps.Referral(shop, juno).Touch(mina, shares[0].Id);
        await steps.Close(mina);
        await steps.Silo.Services.GetRequiredService<AccountEraser>().Erase(mina, TestContext.Current.CancellationToken);

        Assert.All(shares, share => Assert.Null(steps.Share(share.Code).Get().Result));
        Assert.Equal(0, await steps.Count($"shares WHERE owner_id = '{mina}' AND (ended_at IS NULL OR message <> '')"));
        Assert.Equal(0, await steps.Count($"first_touches WHERE user_id = '{mina}' OR through_id = '{mina}'"));
        Assert.Null(await steps.Referral(shop, juno).CameThrough());

        // Who came through them may come through somebody else now.
        Assert.True(await steps.Referral(shop, juno).Touch(suho, Guid.NewGuid()));
    }
}
