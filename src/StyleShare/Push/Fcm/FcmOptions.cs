using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;

namespace StyleShare.Push.Fcm;

/// <summary>How to reach Firebase Cloud Messaging; section <c>StyleShare:Push:Fcm</c>. Without an account nothing is sent there.</summary>
public sealed class FcmOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Push:Fcm";

    /// <summary>The file with the service account's key (JSON) as Google's console gives it.</summary>
    public string? ServiceAccountFile { get; set; }

    /// <summary>The JSON itself, in place of a file.</summary>
    public string? ServiceAccount { get; set; }

    /// <summary>Google's server.</summary>
    public Uri Server { get; set; } = new("https://fcm.googleapis.com");

    /// <summary>How long before its end an access token is replaced: longer than any request with it takes.</summary>
    public TimeSpan TokenMargin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How far the sender may go.</summary>
    public ServiceLimits Limits { get; set; } = new();

    /// <summary>Whether there is an account.</summary>
    public bool HasAccount => !string.IsNullOrEmpty(ServiceAccountFile) || !string.IsNullOrEmpty(ServiceAccount);
}

/// <summary>Says at start what is wrong, and never what the key is.</summary>
internal sealed class FcmOptionsCheck : IValidateOptions<FcmOptions>
{
    public ValidateOptionsResult Validate(string? name, FcmOptions options)
    {
        if (!options.HasAccount)
            return ValidateOptionsResult.Success;
        if (options.Server.Scheme != Uri.UriSchemeHttps)
            return Wrong("Server must be an https address.");
        if (options.TokenMargin < TimeSpan.Zero || options.TokenMargin > TimeSpan.FromMinutes(30))
            return Wrong("TokenMargin must be from 0 to 30 minutes; access tokens live for an hour.");
        if (options.Limits.Wrong(FcmOptions.Section) is { } wrong)
            return ValidateOptionsResult.Fail(wrong);
        if (FcmAccount.Load(options, out var why) is not { } account)
            return Wrong(why!);
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(account.PrivateKey);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return Wrong("private_key of the service account is not an RSA key in PEM.");
        }

        return ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Wrong(string what) => ValidateOptionsResult.Fail($"{FcmOptions.Section}: {what}");
}
