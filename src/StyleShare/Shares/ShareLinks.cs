namespace StyleShare.Shares;

/// <summary>Links of shares, and where they lead.</summary>
public sealed class ShareLinks(Links links)
{
    /// <summary>The link that is given to others.</summary>
    public Uri To(string code) => links.To("/s/" + code);

    /// <summary>Where it leads: the page of the post or the shop, which learns by whose share somebody came.</summary>
    public Uri TargetOf(ShareView share) => links.To(
        (share.PostId is { } post ? $"/posts/{post:D}" : $"/merchants/{share.MerchantId:D}") + "?share=" + share.Code);
}
