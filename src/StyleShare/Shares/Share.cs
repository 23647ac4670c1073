namespace StyleShare.Shares;

/// <summary>A share, and the rules of what may happen to it.</summary>
/// <param name="SettledAt">When it was sent, or given up.</param>
/// <param name="EndedAt">When its owner was erased.</param>
public sealed record Share(
    Guid Id,
    Guid OwnerId,
    Guid? PostId,
    Guid? MerchantId,
    ShareChannel Channel,
    string Message,
    string Locale,
    ShareState State,
    string? Error,
    long Clicks,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SettledAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>The longest message: with the link behind it, it is within the 500 characters of a post on Mastodon.</summary>
    public static readonly TextRule MessageRule = new(450, MultiLine: true);

    /// <summary>What links and tills name it by.</summary>
    public string Code { get; } = ShareCode.Of(Id);

    /// <summary>A new share. A link needs nothing to be sent.</summary>
    public static Share Of(NewShare wish, DateTimeOffset now)
    {
        var isSent = wish.Channel == ShareChannel.Link;
        return new(
            wish.Id, wish.OwnerId, wish.PostId, wish.MerchantId, wish.Channel, wish.Message, wish.Locale,
            isSent ? ShareState.Sent : ShareState.Pending, null, 0, now, isSent ? now : null, null);
    }

    /// <summary>Somebody followed the link.</summary>
    public Decision<Share, ShareFact> Follow() => EndedAt is null
        ? new(this with { Clicks = Clicks + 1 }, [ShareFact.Followed])
        : Decision<Share, ShareFact>.Nothing(this);

    /// <summary>It was sent, or given up with an error; the first outcome stays.</summary>
    public Decision<Share, ShareFact> Settle(string? error, DateTimeOffset now) => State == ShareState.Pending && EndedAt is null
        ? new(
            this with { State = error is null ? ShareState.Sent : ShareState.Failed, Error = error, SettledAt = now },
            [ShareFact.Settled])
        : Decision<Share, ShareFact>.Nothing(this);

    /// <summary>Its owner is gone, and what they said with it.</summary>
    public Decision<Share, ShareFact> End(DateTimeOffset now) => EndedAt is null
        ? new(this with { Message = "", EndedAt = now }, [ShareFact.Ended])
        : Decision<Share, ShareFact>.Nothing(this);

    /// <summary>What others see.</summary>
    public ShareView View(long version) => new(
        Id, Code, OwnerId, PostId, MerchantId, Channel, Message, Locale, State, Error, Clicks, CreatedAt, version);
}

/// <summary>What can happen to a share; all of it is in its one row.</summary>
public enum ShareFact
{
    /// <summary>Somebody followed its link.</summary>
    Followed,

    /// <summary>It was sent, or given up.</summary>
    Settled,

    /// <summary>Its owner is gone.</summary>
    Ended,
}
