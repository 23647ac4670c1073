using Microsoft.Extensions.Options;
using StyleShare.Shares.Channels;

namespace StyleShare.Shares;

/// <summary>Settings of shares; section <c>StyleShare:Shares</c>.</summary>
public sealed class ShareOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Shares";

    /// <summary>
    /// How long the one through whom a person first came to a shop gets a part of their purchases; whoever brings them later
    /// takes the place. A year: nobody is paid for ever, and a customer of each season is still remembered.
    /// </summary>
    public TimeSpan TouchFor { get; set; } = TimeSpan.FromDays(365);

    /// <summary>
    /// How long a person who follows a link waits for that to be counted. It takes milliseconds; a second is what people put up
    /// with, and whoever is sent on then is counted all the same unless the database is away.
    /// </summary>
    public TimeSpan FollowWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a share may wait for its channel, should that be busy all the time: after a day it is no news.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Pages on Facebook.</summary>
    public ChannelServiceOptions Facebook { get; set; } = new();

    /// <summary>X.</summary>
    public ChannelServiceOptions X { get; set; } = new();

    /// <summary>Servers of Mastodon's.</summary>
    public ChannelHostsOptions Mastodon { get; set; } = new();

    /// <summary>People's own servers.</summary>
    public ChannelHostsOptions Webhook { get; set; } = new();
}

/// <summary>Says at start what is wrong.</summary>
internal sealed class ShareOptionsCheck : IValidateOptions<ShareOptions>
{
    public ValidateOptionsResult Validate(string? name, ShareOptions options)
    {
        if (options.TouchFor <= TimeSpan.Zero || options.GiveUpAfter <= TimeSpan.Zero)
            return ValidateOptionsResult.Fail($"{ShareOptions.Section}: TouchFor and GiveUpAfter must be above 0.");
        if (options.FollowWait < TimeSpan.Zero || options.FollowWait > TimeSpan.FromMinutes(1))
            return ValidateOptionsResult.Fail($"{ShareOptions.Section}: FollowWait must be from 0 to a minute.");
        var wrong = options.Facebook.Wrong($"{ShareOptions.Section}:Facebook")
            ?? options.X.Wrong($"{ShareOptions.Section}:X")
            ?? options.Mastodon.Limits.Wrong($"{ShareOptions.Section}:Mastodon")
            ?? options.Webhook.Limits.Wrong($"{ShareOptions.Section}:Webhook");
        return wrong is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
