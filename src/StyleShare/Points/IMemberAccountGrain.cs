using System.Collections.Immutable;
using Orleans.Concurrency;
using StyleShare.Requests;

namespace StyleShare.Points;

/// <summary>Points that end at one time.</summary>
[GenerateSerializer, Immutable]
public readonly record struct ExpiringPoints(long Points, DateTimeOffset ExpiresAt);

/// <summary>What a person has at a shop.</summary>
/// <param name="Balance">All points, held ones too.</param>
/// <param name="Held">Set aside for a till.</param>
/// <param name="Available">What can be spent.</param>
/// <param name="Owed">What later earnings are taken for first.</param>
/// <param name="Expiring">The points with an end, earliest first.</param>
[GenerateSerializer, Immutable]
public sealed record PointsBalance(
    Guid MerchantId, long Balance, long Held, long Available, long Owed, ImmutableArray<ExpiringPoints> Expiring)
{
    /// <summary>Of somebody whom nothing ever was given at the shop.</summary>
    public static PointsBalance None(Guid merchant) => new(merchant, 0, 0, 0, 0, []);
}

/// <summary>A hold as it is shown. The code that the till takes is not in it: <see cref="TillCodes"/> keeps it in memory.</summary>
/// <param name="Captured">How many were spent; null unless it was captured.</param>
[GenerateSerializer, Immutable]
public sealed record Redemption(
    Guid Id,
    Guid MerchantId,
    Guid UserId,
    long Points,
    HoldState State,
    long? Captured,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? ResolvedAt);

/// <summary>Gives points to somebody else.</summary>
/// <param name="Note">A few words for them, within <see cref="PointsLimits.Note"/>.</param>
[GenerateSerializer, Immutable]
public sealed record GivePoints(Guid ToUserId, long Points, string? Note, RequestKey? Request);

/// <summary>Points that were given.</summary>
/// <param name="Id">The transaction's, too.</param>
[GenerateSerializer, Immutable]
public sealed record Gift(
    Guid Id, Guid MerchantId, Guid FromUserId, Guid ToUserId, long Points, string? Note, DateTimeOffset CreatedAt);

/// <summary>Takes back what a refund makes undone.</summary>
/// <param name="TransactionId">The same again is the same claw-back.</param>
/// <param name="Reference">What it is about, at most <see cref="LedgerTransaction.MaxReference"/> characters.</param>
/// <param name="Points">How many; above zero.</param>
[GenerateSerializer, Immutable]
public sealed record ClawBackPoints(Guid TransactionId, string Reference, long Points);

/// <summary>How a claw-back went.</summary>
/// <param name="Taken">Taken at once.</param>
/// <param name="Owed">What was not there, and is taken from what comes next.</param>
[GenerateSerializer, Immutable]
public readonly record struct ClawBackResult(long Taken, long Owed);

/// <summary>Adds points, or takes them away, by an operator's word.</summary>
/// <param name="TransactionId">The same again is the same correction.</param>
/// <param name="Points">Above zero to add; below, to take.</param>
/// <param name="Operator">Who does it.</param>
/// <param name="Reason">Why; kept in the ledger for ever, so without personal data.</param>
[GenerateSerializer, Immutable]
public sealed record CorrectPoints(Guid TransactionId, long Points, string Operator, string Reason, RequestKey? Request);

/// <summary>What a person has at a shop; the key is <see cref="MemberKeys.Of"/>. The only one that takes points away.</summary>
/// <remarks>
/// Whatever gives points commits them itself, and tells this grain with <see cref="Refresh"/>. So a purchase waits for no
/// account, and an account's decisions may miss points that came a moment ago, but never count on any that are not there.
/// </remarks>
[Alias("StyleShare.Points.IMemberAccountGrain")]
public interface IMemberAccountGrain : IGrainWithStringKey
{
    /// <summary>What there is; what is over or can be settled is so before it is shown.</summary>
    [AlwaysInterleave]
    Task<PointsBalance> Balance();

    /// <summary>The same, read anew where it has to be; only the account itself calls it, for it waits for decisions under way.</summary>
    Task<PointsBalance> Read();

    /// <summary>Somebody else committed points for this account.</summary>
    [AlwaysInterleave]
    Task Refresh();

    /// <summary>Sets points aside for a till.</summary>
    /// <exception cref="Refusal"><c>insufficient_points</c>, <c>below_min_redeem</c>, <c>too_many_holds</c>.</exception>
    Task<Redemption> Hold(long points, RequestKey? request);

    /// <summary>Says that a hold waits for a till, so that a new code may be made for it.</summary>
    /// <exception cref="Refusal"><c>redemption_not_found</c>, <c>already_captured</c>, <c>already_voided</c>, <c>hold_expired</c>.</exception>
    Task<Redemption> Waiting(Guid hold, RequestKey? request);

    /// <summary>Spends what is held.</summary>
    /// <param name="points">A part of it, and the rest goes back; null for all.</param>
    /// <exception cref="Refusal"><c>redemption_not_found</c>, <c>already_captured</c>, <c>already_voided</c>,
    /// <c>hold_expired</c>, <c>exceeds_hold</c>.</exception>
    Task<Redemption> Capture(Guid hold, long? points, RequestKey? request);

    /// <summary>Gives back what is held.</summary>
    /// <exception cref="Refusal"><c>redemption_not_found</c>, <c>already_captured</c>, <c>already_voided</c>, <c>hold_expired</c>.</exception>
    Task<Redemption> Void(Guid hold, RequestKey? request);

    /// <summary>Ends a hold whose time is over; idempotent.</summary>
    /// <returns>How long its time still goes on; zero if it is resolved.</returns>
    Task<TimeSpan> ExpireHold(Guid hold);

    /// <summary>Expires the lots that are over; idempotent.</summary>
    Task ExpirePoints();

    /// <summary>Gives points to somebody else; they end when they would have ended here.</summary>
    /// <exception cref="Refusal"><c>insufficient_points</c>, <c>cannot_give_to_self</c>, <c>unknown_user</c>.</exception>
    Task<Gift> Give(GivePoints command);

    /// <summary>Takes points back: what is there, and the rest is owed. The same command again is answered as the first time.</summary>
    Task<ClawBackResult> ClawBack(ClawBackPoints command);

    /// <summary>Adds or takes points by an operator's word. The same command again does nothing.</summary>
    /// <exception cref="Refusal"><c>insufficient_points</c>.</exception>
    Task<PointsBalance> Correct(CorrectPoints command);
}
