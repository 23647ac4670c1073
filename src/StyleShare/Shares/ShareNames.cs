namespace StyleShare.Shares;

/// <summary>Names of channels and states, as the API has them.</summary>
public static class ShareNames
{
    /// <summary>What to tell a person who names another channel.</summary>
    public const string ChannelRule = "Must be link, facebook, x, mastodon or webhook.";

    /// <summary>The name of a channel.</summary>
    public static string Of(ShareChannel channel) => channel switch
    {
        ShareChannel.Link => "link",
        ShareChannel.Facebook => "facebook",
        ShareChannel.X => "x",
        ShareChannel.Mastodon => "mastodon",
        ShareChannel.Webhook => "webhook",
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "This channel has no name."),
    };

    /// <summary>The name of a state.</summary>
    public static string Of(ShareState state) => state switch
    {
        ShareState.Pending => "pending",
        ShareState.Sent => "sent",
        ShareState.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "This state has no name."),
    };

    /// <summary>The channel of a name; null if there is none.</summary>
    public static ShareChannel? ChannelOf(string name) => name switch
    {
        "link" => ShareChannel.Link,
        "facebook" => ShareChannel.Facebook,
        "x" => ShareChannel.X,
        "mastodon" => ShareChannel.Mastodon,
        "webhook" => ShareChannel.Webhook,
        _ => null,
    };
}
