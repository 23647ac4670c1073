using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StyleShare.Shares;
using StyleShare.Shares.Connections;

namespace StyleShare.Api.Contracts;

/// <summary>Shares a post or a shop; one of the two is named.</summary>
/// <param name="PostId">The post.</param>
/// <param name="MerchantId">The shop.</param>
/// <param name="Channel"><c>link</c>, <c>facebook</c>, <c>x</c>, <c>mastodon</c> or <c>webhook</c>.</param>
/// <param name="Message">What to say with it: up to 450 characters.</param>
public sealed record ShareRequest(
    string? PostId = null, string? MerchantId = null, string? Channel = null, string? Message = null);

/// <summary>A share.</summary>
/// <param name="Code">What tills name it by.</param>
/// <param name="Url">The link to give to others.</param>
/// <param name="State"><c>pending</c>, <c>sent</c> or <c>failed</c>; a link is there at once.</param>
/// <param name="Error">Why it failed; absent if it did not.</param>
/// <param name="Clicks">How often the link was followed.</param>
public sealed record ShareResponse(
    Guid Id,
    string Code,
    string Url,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? PostId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? MerchantId,
    string Channel,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error,
    long Clicks,
    DateTime CreatedAt)
{
    /// <summary>Shows a share.</summary>
    public static ShareResponse Of(ShareView share, Uri url) => new(
        share.Id,
        share.Code,
        url.AbsoluteUri,
        share.PostId,
        share.MerchantId,
        ShareNames.Of(share.Channel),
        ShareNames.Of(share.State),
        share.Error,
        share.Clicks,
        share.CreatedAt.UtcDateTime);
}

/// <summary>Connects a channel. What is needed depends on the channel; tokens are never shown again.</summary>
/// <param name="AccessToken">Of <c>facebook</c>, <c>x</c> and <c>mastodon</c>: what the channel gave for the person.</param>
/// <param name="PageId">Of <c>facebook</c>: the page; absent for the one that the token is of.</param>
/// <param name="Instance">Of <c>mastodon</c>: the server, such as <c>https://mastodon.social</c>.</param>
/// <param name="Url">Of <c>webhook</c>: where to post to, by https.</param>
/// <param name="Secret">Of <c>webhook</c>: what requests are signed with, 16 to 256 characters.</param>
public sealed record ConnectionRequest(
    string? AccessToken = null, string? PageId = null, string? Instance = null, string? Url = null, string? Secret = null);

/// <summary>A connected channel.</summary>
/// <param name="Account">The page or the host; absent where there is none to tell.</param>
/// <param name="State"><c>active</c>, or <c>revoked</c> if the channel does not let us in any more.</param>
public sealed record ConnectionResponse(
    string Channel,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Account,
    string State,
    DateTime ConnectedAt)
{
    /// <summary>Shows a connection.</summary>
    public static ConnectionResponse Of(ConnectionView connection) => new(
        ShareNames.Of(connection.Channel),
        connection.Label.Length > 0 ? connection.Label : null,
        connection.RevokedAt is null ? "active" : "revoked",
        connection.ConnectedAt.UtcDateTime);
}

/// <summary>The channels that a person has connected.</summary>
public sealed record ConnectionsResponse(ImmutableArray<ConnectionResponse> Items);
