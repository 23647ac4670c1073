using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Outbound;
using StyleShare.Shares;
using StyleShare.Shares.Connections;

namespace StyleShare.Api;

/// <summary><c>/v1/me/connections</c>: where shares go on other services. What lets us in there is never shown again.</summary>
internal sealed class ConnectionCalls(
    IGrainFactory grains, ConnectionStore connections, ConnectionVault vault, IOptions<OutboundOptions> outbound)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Get("/me/connections", List)
            .Describe("Shares", "listConnections", "See which channels are connected", "Without what lets us in there.")
            .Gives<ConnectionsResponse>(200, ShareExamples.Connections);
        v1.Put("/me/connections/{channel}", Put).Limit(Limited.Write).At(ShareExamples.Channel)
            .Describe("Shares", "putConnection", "Connect a channel",
                "In place of what was connected there before. `facebook` and `x` take an `accessToken`, `mastodon` one with its "
                + "`instance`, `webhook` a `url` and the `secret` that requests to it are signed with: `StyleShare-Signature: "
                + "t=<seconds>,v1=<hex>` is the HMAC-SHA256 of the seconds, a dot, and the body; `StyleShare-Delivery` is the same in each try.")
            .Takes<ConnectionRequest>(ShareExamples.Connect)
            .Gives(204).Fails(404, "channel_not_found");
        v1.Delete("/me/connections/{channel}", Delete).Limit(Limited.Write).At(ShareExamples.Channel)
            .Describe("Shares", "deleteConnection", "Forget a channel", "Also when it was not connected.")
            .Gives(204).Fails(404, "channel_not_found");
    }

    private async Task List(HttpContext http)
    {
        var all = await connections.Of(http.CallerId());
        http.Response.Headers.CacheControl = "private, no-cache";
        await Responses.Json(
            http, StatusCodes.Status200OK, new ConnectionsResponse([.. all.Select(ConnectionResponse.Of)]), ApiJson.Default.ConnectionsResponse);
    }

    private async Task Put(HttpContext http)
    {
        if (ChannelOf(http) is not { } channel)
        {
            await Problems.NotFound(http, "channel");
            return;
        }

        if (await Bodies.Read(http, ApiJson.Default.ConnectionRequest) is not { } body)
            return;
        var fields = new Fields();
        var connection = ConnectionOf(fields, channel, body);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await grains.GetGrain<IConnectionsGrain>(http.CallerId()).Put(vault.Seal(http.CallerId(), connection));
        Responses.NoContent(http);
    }

    private Connection ConnectionOf(Fields fields, ShareChannel channel, ConnectionRequest body) => channel switch
    {
        ShareChannel.Facebook => new(channel, PageOf(fields, body.PageId), TokenOf(fields, body.AccessToken)),
        ShareChannel.Mastodon => new(channel, InstanceOf(fields, body.Instance), TokenOf(fields, body.AccessToken)),
        ShareChannel.Webhook => new(channel, UrlOf(fields, body.Url), SecretOf(fields, body.Secret)),
        _ => new(channel, "", TokenOf(fields, body.AccessToken)),
    };

    private static string TokenOf(Fields fields, string? token)
    {
        if (!Connection.IsToken(fields.Present("accessToken", token)) && token is not null)
            fields.Wrong("accessToken", Connection.TokenRule);
        return token ?? "";
    }

    private static string PageOf(Fields fields, string? page)
    {
        if (page is not null && !Connection.IsPage(page))
            fields.Wrong("pageId", Connection.PageRule);
        return page ?? Connection.OwnPage;
    }

    private string InstanceOf(Fields fields, string? text)
    {
        if (!Connection.TryReadInstance(fields.Present("instance", text), AnyPort, out var instance) && text is not null)
            fields.Wrong("instance", Connection.InstanceRule);
        return instance;
    }

    private string UrlOf(Fields fields, string? text)
    {
        if (!Connection.TryReadUrl(fields.Present("url", text), AnyPort, out var url) && text is not null)
            fields.Wrong("url", Connection.UrlRule);
        return url;
    }

    private static string SecretOf(Fields fields, string? secret)
    {
        if (!Connection.IsSecret(fields.Present("secret", secret)) && secret is not null)
            fields.Wrong("secret", Connection.SecretRule);
        return secret ?? "";
    }

    private async Task Delete(HttpContext http)
    {
        if (ChannelOf(http) is not { } channel)
        {
            await Problems.NotFound(http, "channel");
            return;
        }

        await grains.GetGrain<IConnectionsGrain>(http.CallerId()).Remove(channel);
        Responses.NoContent(http);
    }

    private bool AnyPort => outbound.Value.AllowPrivateAddresses;

    // A link needs no connection.
    private static ShareChannel? ChannelOf(HttpContext http) =>
        ShareNames.ChannelOf(http.Text("channel")) is { } channel and not ShareChannel.Link ? channel : null;
}
