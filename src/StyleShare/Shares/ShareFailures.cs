namespace StyleShare.Shares;

/// <summary>Why shares fail: words that clients may rely on.</summary>
public static class ShareFailures
{
    /// <summary>The channel is not connected, or does not let us in any more.</summary>
    public const string Revoked = "connection_revoked";

    /// <summary>The channel will not take it.</summary>
    public const string Refused = "refused_by_channel";

    /// <summary>The channel could not be reached, or was busy, for so long that it was given up.</summary>
    public const string Unavailable = "channel_unavailable";

    /// <summary>What was shared is there no more.</summary>
    public const string Gone = "gone";
}
