namespace StyleShare.Shares;

/// <summary>A person came to a shop through somebody's share.</summary>
/// <param name="MerchantId">The shop.</param>
/// <param name="UserId">Who came.</param>
/// <param name="ThroughId">Whose share it was.</param>
/// <param name="ShareId">Which.</param>
/// <param name="At">When.</param>
public sealed record FirstTouch(Guid MerchantId, Guid UserId, Guid ThroughId, Guid ShareId, DateTimeOffset At)
{
    /// <summary>Whether it still says through whom the person came.</summary>
    /// <param name="now">The time.</param>
    /// <param name="holdsFor">How long a touch holds.</param>
    public bool Holds(DateTimeOffset now, TimeSpan holdsFor) => now - At < holdsFor;

    /// <summary>Whether this touch is to be remembered in place of the one that is.</summary>
    /// <param name="before">What is remembered; null if nothing is.</param>
    /// <param name="holdsFor">How long a touch holds.</param>
    public bool Replaces(FirstTouch? before, TimeSpan holdsFor) =>
        ThroughId != UserId && (before is null || !before.Holds(At, holdsFor));
}
