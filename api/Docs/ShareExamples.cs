using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which Mina shares her post.</summary>
internal static class ShareExamples
{
    public const string ShareId = "0199d1a5-b000-7a76-8c81-cf7d8e9fabcd";
    public const string Channel = "mastodon";

    // The last 60 bits of the id.
    private const string Code = "S0EFFP79ZAYD";
    private static readonly DateTime At = new(2026, 3, 2, 9, 40, 0, DateTimeKind.Utc);

    public static readonly BodyExample Share = Examples.Example(
        "link", "A link to a post", new ShareRequest(Examples.PostId, Channel: "link"), ApiJson.Default.ShareRequest);

    public static readonly BodyExample Shared = Examples.Example(
        "link", "The link", new ShareResponse(
            Guid.Parse(ShareId), Code, "http://localhost:8080/s/" + Code, Guid.Parse(Examples.PostId), MerchantId: null, "link", "sent",
            Error: null, Clicks: 0, At),
        ApiJson.Default.ShareResponse);

    public static readonly BodyExample Connect = new(
        "mastodon", "An account on a server of Mastodon's",
        """{"instance":"https://mastodon.social","accessToken":"ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0"}""");

    public static readonly BodyExample Connections = Examples.Example(
        "mastodon", "One, of whose token nothing is shown",
        new ConnectionsResponse([new("mastodon", "mastodon.social", "active", At)]), ApiJson.Default.ConnectionsResponse);
}
