using System.Collections.Immutable;
using StyleShare.Requests;

namespace StyleShare.Purchases;

/// <summary>Something that was bought.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Quantity">How many; null if the till does not say.</param>
/// <param name="Price">What one costs, in minor units of the shop's currency; likewise.</param>
[GenerateSerializer, Immutable]
public sealed record PurchaseItem(string Name, long? Quantity, long? Price);

/// <summary>Records a purchase; texts and numbers are within their limits (<see cref="PurchaseLimits"/>).</summary>
/// <param name="Reference">How the till calls it; of a shop's purchases each has another one.</param>
/// <param name="UserId">Who buys; null if <paramref name="MemberCode"/> says so.</param>
/// <param name="MemberCode">What the buyer's app shows; good once.</param>
/// <param name="Amount">What is paid, in minor units of the shop's currency.</param>
/// <param name="ShareCode">Through whose share the buyer came, by their own word.</param>
/// <param name="OccurredAt">When it was bought; null for now.</param>
[GenerateSerializer, Immutable]
public sealed record RecordPurchase(
    Guid MerchantId,
    string Reference,
    Guid? UserId,
    string? MemberCode,
    long Amount,
    ImmutableArray<PurchaseItem> Items,
    string? ShareCode,
    DateTimeOffset? OccurredAt,
    RequestKey? Request);

/// <summary>A purchase as it is shown.</summary>
/// <param name="Earned">Points that the buyer earned with it.</param>
/// <param name="Refunded">How much of the amount was given back.</param>
[GenerateSerializer, Immutable]
public sealed record PurchaseView(
    Guid Id,
    Guid MerchantId,
    string Reference,
    Guid UserId,
    long Amount,
    string Currency,
    ImmutableArray<PurchaseItem> Items,
    string? ShareCode,
    long Earned,
    long Refunded,
    DateTimeOffset OccurredAt,
    DateTimeOffset CreatedAt);

/// <summary>Points that one person got, or gives back.</summary>
/// <param name="Level">1 for whose share it was, 2 for whose share brought that one, and so on; 0 for the buyer.</param>
[GenerateSerializer, Immutable]
public readonly record struct PurchasePart(Guid UserId, int Level, long Points);

/// <summary>A purchase as it was recorded.</summary>
/// <param name="Distributed">What those got who brought the buyer in; at level 0 what nobody had a claim to and the buyer got.</param>
[GenerateSerializer, Immutable]
public sealed record RecordedPurchase(PurchaseView Purchase, ImmutableArray<PurchasePart> Distributed);

/// <summary>Takes a purchase back, or a part of it.</summary>
/// <param name="MerchantId">The shop of the till that says so.</param>
/// <param name="Amount">How much; null for all that is left.</param>
[GenerateSerializer, Immutable]
public sealed record RefundPurchase(Guid MerchantId, long? Amount, RequestKey? Request);

/// <summary>A refund as it is shown.</summary>
[GenerateSerializer, Immutable]
public sealed record RefundView(Guid Id, Guid PurchaseId, long Amount, DateTimeOffset CreatedAt);

/// <summary>A refund, and what it takes back from whom: from what they have, and the rest they owe.</summary>
[GenerateSerializer, Immutable]
public sealed record RefundedPurchase(RefundView Refund, ImmutableArray<PurchasePart> ClawedBack);

/// <summary>A purchase. Its key is <see cref="PurchaseKeys.Of"/> the shop and the till's reference.</summary>
public interface IPurchaseGrain : IGrainWithGuidKey
{
    /// <summary>Records the purchase and gives all points for it, at once; of one that is there already, answers that one.</summary>
    /// <exception cref="Refusal"><c>merchant_not_found</c>, <c>unknown_user</c>, <c>unknown_member_code</c>,
    /// <c>unknown_share_code</c>, <c>reference_reused</c>.</exception>
    Task<RecordedPurchase> Record(RecordPurchase command);

    /// <summary>Takes it back, or a part of it, with the points in proportion.</summary>
    /// <exception cref="Refusal"><c>purchase_not_found</c>, <c>already_refunded</c>, <c>refund_exceeds_purchase</c>.</exception>
    Task<RefundedPurchase> Refund(RefundPurchase command);
}
