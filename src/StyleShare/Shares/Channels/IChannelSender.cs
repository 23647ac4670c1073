using StyleShare.Shares.Connections;

namespace StyleShare.Shares.Channels;

/// <summary>What a channel is to show.</summary>
/// <param name="Id">The share's id: the same when it is sent again, so that a channel can tell.</param>
/// <param name="Text">What the person says, or what is shared.</param>
/// <param name="Link">The share's link.</param>
/// <param name="Locale">The language of the text: <c>ko</c> or <c>en</c>.</param>
public sealed record ShareMessage(
    Guid Id, string Code, string Text, Uri Link, string Locale, Guid? PostId, Guid? MerchantId, DateTimeOffset CreatedAt);

/// <summary>What a channel said; whatever it did not say at all is an exception, and tried again.</summary>
public abstract record ShareOutcome
{
    private ShareOutcome()
    {
    }

    /// <summary>It has it.</summary>
    public sealed record Sent : ShareOutcome;

    /// <summary>It does not let us in any more: the person took it back, or the token has ended.</summary>
    public sealed record Revoked : ShareOutcome;

    /// <summary>It is busy.</summary>
    /// <param name="After">How long it wants to be left alone; null if it did not say.</param>
    public sealed record RetryAfter(TimeSpan? After) : ShareOutcome;

    /// <summary>It will never take this.</summary>
    /// <param name="Reason">Its own word or the status, without personal data.</param>
    public sealed record Refused(string Reason) : ShareOutcome;
}

/// <summary>Sends shares to one channel.</summary>
internal interface IChannelSender
{
    /// <summary>Which.</summary>
    ShareChannel Channel { get; }

    /// <summary>Whether the settings say that it is to be asked; else shares go to the development outbox.</summary>
    bool IsOn { get; }

    /// <summary>Sends.</summary>
    /// <exception cref="Exception">The channel was not reached, or failed: to be tried again.</exception>
    Task<ShareOutcome> Send(Connection connection, ShareMessage message, CancellationToken cancellation);
}
