using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Requests;

namespace StyleShare.Shares;

/// <summary>Has people share posts and shops.</summary>
public sealed class Sharing(IGrainFactory grains, Ids ids)
{
    /// <summary>Shares a post, which counts it in the same commit.</summary>
    /// <param name="caller">Who shares it.</param>
    /// <param name="post">What.</param>
    /// <param name="channel">Where.</param>
    /// <param name="message">What they say with it, within <see cref="Share.MessageRule"/>.</param>
    /// <param name="request">The client's key for the request.</param>
    /// <exception cref="Refusal"><c>post_not_found</c>, <c>not_connected</c>, <c>user_not_found</c>.</exception>
    public async Task<ShareView> SharePost(Guid caller, Guid post, ShareChannel channel, string message, RequestKey? request)
    {
        var me = await grains.GetGrain<IUserGrain>(caller).Me() ?? throw PeopleErrors.UserNotFound();
        if (channel != ShareChannel.Link)
            throw ShareErrors.NotConnected();
        var shared = grains.GetGrain<IPostGrain>(post);
        if (await shared.View(caller) is not { } seen || await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is null)
            throw PostErrors.NotFound();
        return await shared.Share(new(ids.Next(), caller, post, null, channel, message, me.Locale, request));
    }

    /// <summary>Shares a shop.</summary>
    /// <exception cref="Refusal"><c>merchant_not_found</c>.</exception>
    public Task<ShareView> ShareMerchant() => throw ShareErrors.MerchantNotFound();
}
