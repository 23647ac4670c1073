namespace StyleShare.Api;

/// <summary>
/// Programs that make previews of links, by the names that they give themselves in <c>User-Agent</c>. They do not act on
/// behalf of a person who follows the link now, and what they read of the page behind a redirect may be an app's empty shell.
/// </summary>
internal static class PreviewAgents
{
    // As their makers' documentation has them. Whoever is missing is redirected, as everybody is.
    private static readonly string[] Names =
    [
        "facebookexternalhit", "facebookcatalog", "meta-externalagent", "meta-externalfetcher", "Twitterbot", "kakaotalk-scrap",
        "kakaostory-og-reader", "Slackbot", "Discordbot", "TelegramBot", "WhatsApp", "LinkedInBot", "Mastodon/", "Pleroma",
        "Misskey", "SummalyBot", "Cardyb", "Iframely", "Embedly", "redditbot", "Pinterestbot", "SkypeUriPreview", "vkShare",
        "Viber", "Googlebot", "bingbot", "BingPreview", "Applebot", "Yeti/", "Daum/", "DuckDuckBot",
    ];

    /// <summary>Whether it is one of them.</summary>
    public static bool Knows(string userAgent)
    {
        foreach (var name in Names)
        {
            if (userAgent.Contains(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
