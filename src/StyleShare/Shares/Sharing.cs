using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Requests;
using StyleShare.Shares.Connections;
using StyleShare.Shops;
using StyleShare.Storage;

namespace StyleShare.Shares;

/// <summary>Has people share posts and shops.</summary>
public sealed class Sharing(IGrainFactory grains, ICommitter committer, ConnectionStore connections, Ids ids, TimeProvider clock)
{
    /// <summary>Shares a post, which counts it in the same commit.</summary>
    /// <param name="caller">Who shares it.</param>
    /// <param name="post">What; whether the caller may see it is not asked here.</param>
    /// <param name="channel">Where.</param>
    /// <param name="message">What they say with it, within <see cref="Share.MessageRule"/>.</param>
    /// <param name="request">The client's key for the request.</param>
    /// <exception cref="Refusal"><c>post_not_found</c>, <c>not_connected</c>, <c>user_not_found</c>.</exception>
    public async Task<ShareView> SharePost(Guid caller, Guid post, ShareChannel channel, string message, RequestKey? request)
    {
        var wish = await Wish(caller, channel, message, request);
        return await grains.GetGrain<IPostGrain>(post).Share(wish with { PostId = post });
    }

    /// <summary>Shares a shop.</summary>
    /// <param name="caller">Who shares it.</param>
    /// <param name="merchant">Which.</param>
    /// <param name="channel">Where.</param>
    /// <param name="message">What they say with it, within <see cref="Share.MessageRule"/>.</param>
    /// <param name="request">The client's key for the request.</param>
    /// <exception cref="Refusal"><c>merchant_not_found</c>, <c>not_connected</c>, <c>user_not_found</c>.</exception>
    public async Task<ShareView> ShareMerchant(
        Guid caller, Guid merchant, ShareChannel channel, string message, RequestKey? request)
    {
        if (await grains.GetGrain<IMerchantGrain>(merchant).Terms() is null)
            throw ShopErrors.NotFound();
        var wish = await Wish(caller, channel, message, request);
        var share = Share.Of(wish with { MerchantId = merchant }, clock.Now());
        var answer = share.View(version: 1);
        var change = new Change();
        ShareTable.Add(change, share);
        change.Answer(request, answer, ShareJson.Default.ShareView);
        await committer.Commit(change);
        return answer;
    }

    private async Task<NewShare> Wish(Guid caller, ShareChannel channel, string message, RequestKey? request)
    {
        var me = await grains.GetGrain<IUserGrain>(caller).Me() ?? throw PeopleErrors.UserNotFound();
        if (channel != ShareChannel.Link && await connections.Find(caller, channel) is not { RevokedAt: null })
            throw ShareErrors.NotConnected();
        return new(ids.Next(), caller, PostId: null, MerchantId: null, channel, message, me.Locale, request);
    }
}
