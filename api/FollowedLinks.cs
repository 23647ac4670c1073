using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.People;
using StyleShare.Points;
using StyleShare.Posts;
using StyleShare.Shares;
using StyleShare.Shops;

namespace StyleShare.Api;

/// <summary>
/// <c>/s/{code}</c>: where the links of shares lead. Everybody is counted and sent on to the post or the shop; programs that
/// are known to make previews get a page for that; who comes with an access token comes to the shop through the sharer.
/// </summary>
internal sealed class FollowedLinks(
    IGrainFactory grains,
    ShareCodes codes,
    ShareLinks links,
    OptionalCaller callers,
    Pictures pictures,
    IOptions<ShareOptions> options,
    ILogger<FollowedLinks> log)
{
    // It counts, so it is a write, though a small one; the limit of an address is far beyond what a crowd behind a gateway does.
    public void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/s/{code}", ["GET", "HEAD"], (RequestDelegate)Follow).Limit(Limited.Write);

    private async Task Follow(HttpContext http)
    {
        if (await codes.Find(http.Text("code")) is not { } share || await Preview(share) is not { } preview)
        {
            await Problems.NotFound(http, "share");
            return;
        }

        // Who looks whether a link is good (HEAD) does not follow it. Nobody is kept waiting where the database is slow or away.
        if (HttpMethods.IsGet(http.Request.Method))
            await Task.WhenAny(Keep(share, await callers.Of(http)), Task.Delay(options.Value.FollowWait, http.RequestAborted));

        // Each time anew: what is shared may be gone tomorrow, and all who follow are to be counted.
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = "User-Agent";
        if (PreviewAgents.Knows(http.Request.Headers.UserAgent.ToString()))
            SharePreviewPage.Write(http, preview);
        else
            http.Response.Redirect(preview.Target.AbsoluteUri);
    }

    private async Task Keep(ShareView share, Guid? caller)
    {
        try
        {
            await grains.GetGrain<IShareGrain>(share.Code).Follow();
            if (share.MerchantId is { } merchant && caller is { } visitor)
                await grains.GetGrain<IReferralGrain>(MemberKeys.Of(merchant, visitor)).Touch(share.OwnerId, share.Id);
        }
        catch (Exception e)
        {
            log.FollowNotKept(share.Id, e);
        }
    }

    // Null if there is nothing (any more) that everybody may see.
    private async Task<SharePreview?> Preview(ShareView share)
    {
        if (await grains.GetGrain<IUserGrain>(share.OwnerId).Summary() is null)
            return null;
        if (share.MerchantId is { } merchant)
            return await grains.GetGrain<IMerchantGrain>(merchant).Terms() is { } shop ? SharePreview.OfShop(shop, share, links) : null;
        if (share.PostId is not { } id || await grains.GetGrain<IPostGrain>(id).View(Guid.Empty) is not { } seen
            || await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is not { } author)
            return null;
        return SharePreview.OfPost(seen.Post, author, share, links, pictures);
    }
}
