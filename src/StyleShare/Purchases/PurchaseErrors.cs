namespace StyleShare.Purchases;

/// <summary>The refusals of purchases, so that codes are found in one place.</summary>
public static class PurchaseErrors
{
    /// <summary>The shop has no such purchase.</summary>
    public static Refusal NotFound() => new(RefusalKind.NotFound, "purchase_not_found", "There is no such purchase.");

    /// <summary>There is no such person, or not any more.</summary>
    public static Refusal UnknownUser() => new(RefusalKind.Unprocessable, "unknown_user", "There is no such person.");

    /// <summary>The code that the app showed is none, was used, or is over.</summary>
    public static Refusal UnknownMemberCode() => new(
        RefusalKind.Unprocessable, UnknownMemberCodeText, "There is no such member code, or not any more; the app can show a new one.");

    /// <summary>The code of <see cref="UnknownMemberCode"/>.</summary>
    public const string UnknownMemberCodeText = "unknown_member_code";

    /// <summary>Another purchase of the shop has this reference.</summary>
    public static Refusal ReferenceReused() => new(
        RefusalKind.Conflict, "reference_reused", "There is another purchase with this reference, of another amount or person.");

    /// <summary>Everything was given back before.</summary>
    public static Refusal AlreadyRefunded() => new(
        RefusalKind.Conflict, "already_refunded", "All of this purchase was refunded before.");

    /// <summary>Less of it is left.</summary>
    public static Refusal RefundExceeds(long left) => new(
        RefusalKind.Unprocessable, "refund_exceeds_purchase",
        FormattableString.Invariant($"Only {left} of this purchase can still be refunded."));
}
