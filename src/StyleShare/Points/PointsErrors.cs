namespace StyleShare.Points;

/// <summary>The refusals of points.</summary>
public static class PointsErrors
{
    /// <summary>There are not so many points that can be spent.</summary>
    public static Refusal Insufficient() => new(
        RefusalKind.Unprocessable, "insufficient_points", "There are not so many points that can be spent.");

    /// <summary>The shop takes no fewer points at once.</summary>
    public static Refusal BelowMinRedeem(long least) => new(
        RefusalKind.Unprocessable, "below_min_redeem", FormattableString.Invariant($"This shop takes {least} points at the least."));

    /// <summary>Too many holds wait for a till.</summary>
    public static Refusal TooManyHolds(int most) => new(
        RefusalKind.Unprocessable, "too_many_holds",
        FormattableString.Invariant($"{most} redemptions wait for a till already; use one of them, or wait until they end."));

    /// <summary>More is to be captured than is held, or nothing.</summary>
    public static Refusal ExceedsHold(long held) => new(
        RefusalKind.Unprocessable, "exceeds_hold", FormattableString.Invariant($"From 1 to {held} points can be captured of this redemption."));

    /// <summary>Nobody gives points to themselves.</summary>
    public static Refusal CannotGiveToSelf() => new(
        RefusalKind.Unprocessable, "cannot_give_to_self", "Nobody can give points to themselves.");

    /// <summary>The person to be given to is not here.</summary>
    public static Refusal UnknownUser() => new(RefusalKind.Unprocessable, "unknown_user", "There is no such person.");

    /// <summary>There is no such hold in this account.</summary>
    public static Refusal RedemptionNotFound() => new(RefusalKind.NotFound, "redemption_not_found", "There is no such redemption.");

    /// <summary>No till of this shop may use this code, or not any more.</summary>
    public static Refusal UnknownCode() => new(
        RefusalKind.NotFound, "unknown_code", "There is no such code, or not any more; the app can show a new one.");

    /// <summary>Says how a hold was resolved; of one that is not there, that.</summary>
    public static Refusal Resolved(HoldState? state) => state switch
    {
        HoldState.Captured => new(RefusalKind.Conflict, "already_captured", "This redemption was captured before."),
        HoldState.Voided => new(RefusalKind.Conflict, "already_voided", "This redemption was voided before."),
        HoldState.Expired => new(RefusalKind.Conflict, "hold_expired", "The time of this redemption is over."),
        _ => RedemptionNotFound(),
    };

    /// <summary>The database has not been asked for its time yet.</summary>
    public static Refusal ClockUnknown() => new(
        RefusalKind.Unavailable, "storage_unavailable", "The database cannot be reached; nothing was changed. Try again soon.");
}
