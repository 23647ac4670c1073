namespace StyleShare.Accounts;

/// <summary>Who has a name; the state of a claim. As it is made, nobody has it.</summary>
[GenerateSerializer, Immutable]
public sealed record Claim
{
    /// <summary>Whose it is; null if it is free.</summary>
    [Id(0)]
    public Guid? Owner { get; init; }

    /// <summary>The attempt that took it.</summary>
    [Id(1)]
    public string Attempt { get; init; } = "";

    /// <summary>When it was taken.</summary>
    [Id(2)]
    public DateTimeOffset Since { get; init; }

    /// <summary>What can be said of a wish for the name without asking its owner.</summary>
    /// <param name="owner">Who wants it.</param>
    /// <param name="attempt">The attempt that wants it.</param>
    /// <param name="now">The time.</param>
    /// <param name="settled">How long after taking it an owner may still be on the way to their account.</param>
    /// <remarks>
    /// A name is taken before the account is committed, so a crash between the two leaves it with an owner who never came to
    /// be. Such a name goes to the next one who asks; to the retry of the same attempt at once, to others when the first
    /// cannot be under way any more.
    /// </remarks>
    public ClaimAnswer Ask(Guid owner, string attempt, DateTimeOffset now, TimeSpan settled)
    {
        if (Owner is null || Owner == owner)
            return ClaimAnswer.Yours;
        if (Attempt == attempt || now - Since >= settled)
            return ClaimAnswer.YoursUnlessUsed;
        return ClaimAnswer.Taken;
    }

    /// <summary>The claim after it was given to somebody.</summary>
    public static Claim By(Guid owner, string attempt, DateTimeOffset now) =>
        new() { Owner = owner, Attempt = attempt, Since = now };
}

/// <summary>What a claim says to a wish.</summary>
public enum ClaimAnswer
{
    /// <summary>The name is free, or belongs to who asks.</summary>
    Yours,

    /// <summary>The name may be taken over if its owner does not in fact use it.</summary>
    YoursUnlessUsed,

    /// <summary>Somebody else's.</summary>
    Taken,
}
