using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Shares;

namespace StyleShare.Api;

/// <summary><c>/v1/shares</c>: sharing posts and shops, and how that went.</summary>
internal sealed class ShareCalls(IGrainFactory grains, Sharing sharing, ShareLinks links, PostAccess access, Idempotency idempotency)
{
    private const string What = "Name either a post or a merchant.";

    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/shares", Share).Limit(Limited.Write)
            .Describe("Shares", "share", "Share a post or a shop",
                "The `url` leads to it: everybody is redirected and counted, who calls it with an access token comes to the shop "
                + "through the caller, and programs that make previews get a page with Open Graph tags.")
            .Takes<ShareRequest>(ShareExamples.Share)
            .Gives<ShareResponse>(202, ShareExamples.Shared)
            .Fails(404, "post_not_found", "merchant_not_found").Fails(422, "not_connected");
        v1.Get("/shares/{id}", "share", Get)
            .Describe("Shares", "getShare", "See how a share is", "One's own only.")
            .Gives<ShareResponse>(200, ShareExamples.Shared).HasETag()
            .Fails(404, "share_not_found");
    }

    private async Task Share(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.ShareRequest) is not { } body)
            return;
        var fields = new Fields();
        var post = fields.IdOf("postId", body.PostId);
        var merchant = fields.IdOf("merchantId", body.MerchantId);
        if (body.PostId is null == body.MerchantId is null)
            fields.Wrong("postId", What);
        var channel = ChannelOf(fields, body.Channel);
        var message = fields.Optional("message", body.Message, StyleShare.Shares.Share.MessageRule);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var caller = http.CallerId();
        if (post is { } wished && !await access.IsFor(caller, wished))
        {
            await Problems.NotFound(http, "post");
            return;
        }

        await idempotency.Run(
            http,
            ShareJson.Default.ShareView,
            key => post is { } shared
                ? sharing.SharePost(caller, shared, channel, message, key)
                : sharing.ShareMerchant(caller, merchant!.Value, channel, message, key),
            share => Shared(http, share));
    }

    private static ShareChannel ChannelOf(Fields fields, string? name)
    {
        if (ShareNames.ChannelOf(fields.Present("channel", name)) is { } channel)
            return channel;
        if (name is not null)
            fields.Wrong("channel", ShareNames.ChannelRule);
        return default;
    }

    private Task Shared(HttpContext http, ShareView share)
    {
        http.Response.Headers.Location = $"/v1/shares/{share.Id}";
        return Show(http, share, StatusCodes.Status202Accepted);
    }

    private async Task Get(HttpContext http, Guid id)
    {
        // Whose it is not is not told that it is there.
        if (await grains.GetGrain<IShareGrain>(ShareCode.Of(id)).Get() is { } share && share.Id == id && share.OwnerId == http.CallerId())
            await Show(http, share, StatusCodes.Status200OK);
        else
            await Problems.NotFound(http, "share");
    }

    private Task Show(HttpContext http, ShareView share, int status) => Responses.Resource(
        http, ShareResponse.Of(share, links.To(share.Code)), share.Version, ApiJson.Default.ShareResponse, status);
}
