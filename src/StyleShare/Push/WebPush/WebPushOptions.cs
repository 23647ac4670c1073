using Microsoft.Extensions.Options;
using StyleShare.Outbound;

namespace StyleShare.Push.WebPush;

/// <summary>
/// Who we are to browsers' push services (VAPID, RFC 8292); section <c>StyleShare:Push:WebPush</c>. Without keys nothing is
/// sent there.
/// </summary>
public sealed class WebPushOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Push:WebPush";

    /// <summary>The public key: a point of P-256 as 65 bytes in base64url; browsers subscribe with it.</summary>
    public string PublicKey { get; set; } = "";

    /// <summary>The private key: 32 bytes in base64url.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>Where push services reach whoever runs this: <c>mailto:</c> or <c>https:</c>.</summary>
    public string Subject { get; set; } = "";

    /// <summary>How long a token is good for; RFC 8292 lets it be a day at the most. It is replaced after half of this.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How far the sender may go, all browsers' services together.</summary>
    public ServiceLimits Limits { get; set; } = new();

    /// <summary>Whether there are keys.</summary>
    public bool HasKeys => PrivateKey.Length > 0;
}

/// <summary>Says at start what is wrong, and never what the key is.</summary>
internal sealed class WebPushOptionsCheck : IValidateOptions<WebPushOptions>
{
    public ValidateOptionsResult Validate(string? name, WebPushOptions options)
    {
        if (!options.HasKeys)
            return ValidateOptionsResult.Success;
        if (!Uri.TryCreate(options.Subject, UriKind.Absolute, out var subject) || subject.Scheme is not ("mailto" or "https"))
            return Wrong("Subject must be a mailto: or https: address of whoever runs this.");
        if (options.TokenLifetime < TimeSpan.FromMinutes(10) || options.TokenLifetime > TimeSpan.FromHours(24))
            return Wrong("TokenLifetime must be from 10 minutes to 24 hours (RFC 8292, 2).");
        if (options.Limits.Wrong(WebPushOptions.Section) is { } wrong)
            return ValidateOptionsResult.Fail(wrong);
        using var key = Vapid.LoadKey(options);
        return key is null
            ? Wrong("PublicKey (65 bytes) and PrivateKey (32 bytes), both in base64url, must be a pair on the curve P-256.")
            : ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Wrong(string what) => ValidateOptionsResult.Fail($"{WebPushOptions.Section}: {what}");
}
