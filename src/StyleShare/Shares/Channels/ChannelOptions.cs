using StyleShare.Outbound;

namespace StyleShare.Shares.Channels;

/// <summary>How to reach a channel that is one service: Facebook, X. Without an address nothing is sent there.</summary>
public sealed class ChannelServiceOptions
{
    /// <summary>
    /// Where its API is, such as <c>https://graph.facebook.com/v23.0</c> or <c>https://api.x.com</c>. None by default: people can
    /// only connect it where whoever runs this has registered an app with the service.
    /// </summary>
    public Uri? Server { get; set; }

    /// <summary>How far the sender may go.</summary>
    public ServiceLimits Limits { get; set; } = ChannelLimits.Default;

    /// <summary>What is wrong with the settings; null if nothing.</summary>
    public string? Wrong(string section) => Server is null or { IsAbsoluteUri: true, Scheme: "https" }
        ? Limits.Wrong(section)
        : $"{section}: Server must be an https address.";
}

/// <summary>How to reach a channel whose servers people name themselves: Mastodon, webhooks.</summary>
public sealed class ChannelHostsOptions
{
    /// <summary>Whether anything is sent there: it is, for nothing else is needed. Off, it goes to the development outbox.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How far the sender may go, all servers together.</summary>
    public ServiceLimits Limits { get; set; } = ChannelLimits.Default;
}

/// <summary>What holds for every channel unless its settings say otherwise.</summary>
internal static class ChannelLimits
{
    /// <summary>Shares are rare next to pushes, and servers that people name are slow ones: few at once, and none is asked hard.</summary>
    public static ServiceLimits Default => new() { Concurrency = 32, PerSecond = 100 };
}
