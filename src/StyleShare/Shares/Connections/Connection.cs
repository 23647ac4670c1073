using System.Text;

namespace StyleShare.Shares.Connections;

/// <summary>Where on a channel a person's shares go, and what lets us in. A secret: never logged, never shown.</summary>
/// <param name="Channel">The channel; a link needs no connection.</param>
/// <param name="Account">Facebook: the page's id, or <c>me</c> for the one that the token is of. Mastodon: the server's address.
/// Webhook: the address. X: empty.</param>
/// <param name="Token">The access token; of a webhook the key that requests are signed with.</param>
public sealed record Connection(ShareChannel Channel, string Account, string Token)
{
    /// <summary>The page that an access token of a page is of.</summary>
    public const string OwnPage = "me";

    /// <summary>The longest token; services do not say how long theirs may get, those known are below 500 characters.</summary>
    public const int MaxToken = 4_096;

    /// <summary>The longest address.</summary>
    public const int MaxAddress = 2_000;

    /// <summary>The shortest key of a webhook: 16 characters, if they are random, are more than can be guessed.</summary>
    public const int MinSecret = 16;

    /// <summary>The longest key of a webhook.</summary>
    public const int MaxSecret = 256;

    /// <summary>What to tell a person whose token is none.</summary>
    public const string TokenRule = "Must be the access token that the channel gave for the person.";

    /// <summary>What to tell a person whose page is none.</summary>
    public const string PageRule = "Must be the page's id: digits.";

    /// <summary>What to tell a person whose server is none.</summary>
    public const string InstanceRule = "Must be the server's address, such as https://mastodon.social.";

    /// <summary>What to tell a person whose webhook is none.</summary>
    public const string UrlRule = "Must be an https address without user, fragment or port.";

    /// <summary>What to tell a person whose key is none.</summary>
    public const string SecretRule = "Must be 16 to 256 visible ASCII characters.";

    /// <summary>What its owner is shown of it.</summary>
    public string Label => Channel is ShareChannel.Mastodon or ShareChannel.Webhook ? new Uri(Account).Authority : Account;

    /// <summary>Whether this can be an access token (RFC 6750, 2.1, and whatever else is visible).</summary>
    public static bool IsToken(string token) => token.Length is > 0 and <= MaxToken && !token.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Whether this can be the key of a webhook.</summary>
    public static bool IsSecret(string secret) => secret.Length is >= MinSecret and <= MaxSecret && IsToken(secret);

    /// <summary>Whether this can be the id of a page on Facebook.</summary>
    public static bool IsPage(string page) => page.Length is > 0 and <= 32 && page.All(char.IsAsciiDigit);

    /// <summary>Reads the address of a server of Mastodon's: https and a name, nothing behind it.</summary>
    /// <param name="text">What the person wrote.</param>
    /// <param name="anyPort">Whether another port than 443 is taken, as in tests.</param>
    /// <param name="instance">The address without a slash at its end.</param>
    public static bool TryReadInstance(string text, bool anyPort, out string instance)
    {
        instance = "";
        if (!TryReadUrl(text, anyPort, out var url) || new Uri(url) is not { PathAndQuery: "/" } address)
            return false;
        instance = address.GetLeftPart(UriPartial.Authority);
        return true;
    }

    /// <summary>Reads the address of a webhook. Whether it leads into the internet is seen when it is connected to.</summary>
    /// <param name="text">What the person wrote.</param>
    /// <param name="anyPort">Whether another port than 443 is taken, as in tests.</param>
    /// <param name="url">The address.</param>
    public static bool TryReadUrl(string text, bool anyPort, out string url)
    {
        url = "";
        if (text.Length > MaxAddress || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps
            || address.UserInfo.Length > 0 || address.Fragment.Length > 0 || address.Host.Length == 0
            || (!address.IsDefaultPort && !anyPort))
            return false;
        url = address.AbsoluteUri;
        return true;
    }

    // A record writes all of itself into whatever logs it.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Channel = ").Append(Channel);
        return true;
    }
}
