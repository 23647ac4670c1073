using Microsoft.Extensions.Options;
using StyleShare.Outbound;

namespace StyleShare.Push.Apns;

/// <summary>How to reach Apple's push service; section <c>StyleShare:Push:Apns</c>. Without a key nothing is sent there.</summary>
public sealed class ApnsOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Push:Apns";

    /// <summary>The file with the key (<c>AuthKey_….p8</c>) that Apple gave.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The key itself (PEM), in place of a file.</summary>
    public string? Key { get; set; }

    /// <summary>The key's id, 10 characters.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>The developer team's id, 10 characters.</summary>
    public string TeamId { get; set; } = "";

    /// <summary>The app's bundle id.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Apple's server for apps from the store; <c>https://api.sandbox.push.apple.com</c> for those under development.</summary>
    public Uri Server { get; set; } = new("https://api.push.apple.com");

    /// <summary>
    /// How old a provider token gets. Apple refuses those over an hour, and more than one new one in 20 minutes; this stays
    /// well away from both.
    /// </summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(40);

    /// <summary>How far the sender may go.</summary>
    public ServiceLimits Limits { get; set; } = new();

    /// <summary>Whether there is a key.</summary>
    public bool HasKey => !string.IsNullOrEmpty(KeyFile) || !string.IsNullOrEmpty(Key);
}

/// <summary>Says at start what is wrong, and never what the key is.</summary>
internal sealed class ApnsOptionsCheck : IValidateOptions<ApnsOptions>
{
    public ValidateOptionsResult Validate(string? name, ApnsOptions options)
    {
        if (!options.HasKey)
            return ValidateOptionsResult.Success;
        if (options is not { KeyId.Length: 10, TeamId.Length: 10, Topic.Length: > 0 })
            return Wrong("a key needs KeyId and TeamId (10 characters each) and Topic, the app's bundle id.");
        if (options.Server.Scheme != Uri.UriSchemeHttps)
            return Wrong("Server must be an https address.");
        if (options.TokenLifetime < TimeSpan.FromMinutes(20) || options.TokenLifetime >= TimeSpan.FromMinutes(60))
            return Wrong("TokenLifetime must be from 20 to 59 minutes, as Apple asks.");
        if (options.Limits.Wrong(ApnsOptions.Section) is { } wrong)
            return ValidateOptionsResult.Fail(wrong);
        using var key = ApnsToken.LoadKey(options, out var why);
        return key is null ? Wrong(why!) : ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Wrong(string what) => ValidateOptionsResult.Fail($"{ApnsOptions.Section}: {what}");
}
