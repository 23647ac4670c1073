using System.Text.Json.Serialization;
using StyleShare.Shares;

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
