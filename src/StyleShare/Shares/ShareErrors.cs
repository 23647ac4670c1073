namespace StyleShare.Shares;

/// <summary>The refusals of this feature, with their codes.</summary>
public static class ShareErrors
{
    /// <summary>A till named a code that is none, or one of another shop.</summary>
    public static Refusal UnknownCode() => new(
        RefusalKind.Unprocessable, "unknown_share_code", "There is no such share, or it is one of another shop.");

    /// <summary>The person has not said where on the channel, or took that back, or the channel does not let us in any more.</summary>
    public static Refusal NotConnected() => new(
        RefusalKind.Unprocessable, "not_connected", "Connect this channel first: PUT /v1/me/connections/{channel}.");
}
