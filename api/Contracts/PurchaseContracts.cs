using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StyleShare.Purchases;

namespace StyleShare.Api.Contracts;

/// <summary>Something that was bought; the same form in and out.</summary>
/// <param name="Name">Up to 100 characters.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Price">What one costs, in minor units of the shop's currency.</param>
public sealed record PurchaseItemContract(
    string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Quantity = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Price = null);

/// <summary>Records a purchase. Either <c>userId</c> or <c>memberCode</c> says who buys.</summary>
/// <param name="Reference">How the till calls it, up to 100 characters; each purchase of a shop has another one.</param>
/// <param name="UserId">Who buys.</param>
/// <param name="MemberCode">What the buyer's app shows; good once.</param>
/// <param name="Amount">What is paid, in minor units of the shop's currency.</param>
/// <param name="Items">What was bought, up to 100.</param>
/// <param name="ShareCode">The code of a share that the buyer came through.</param>
/// <param name="OccurredAt">When it was bought; now if absent.</param>
public sealed record PurchaseRequest(
    string? Reference,
    string? UserId = null,
    string? MemberCode = null,
    long? Amount = null,
    PurchaseItemContract?[]? Items = null,
    string? ShareCode = null,
    DateTimeOffset? OccurredAt = null);

/// <summary>A purchase.</summary>
public sealed record PurchaseContract(
    Guid Id,
    Guid MerchantId,
    string Reference,
    Guid UserId,
    long Amount,
    string Currency,
    ImmutableArray<PurchaseItemContract> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ShareCode,
    long Earned,
    long Refunded,
    DateTime OccurredAt,
    DateTime CreatedAt)
{
    /// <summary>Shows a purchase.</summary>
    public static PurchaseContract Of(PurchaseView purchase) => new(
        purchase.Id,
        purchase.MerchantId,
        purchase.Reference,
        purchase.UserId,
        purchase.Amount,
        purchase.Currency,
        purchase.Items.IsDefaultOrEmpty
            ? []
            : ImmutableArray.CreateRange(purchase.Items, static item => new PurchaseItemContract(item.Name, item.Quantity, item.Price)),
        purchase.ShareCode,
        purchase.Earned,
        purchase.Refunded,
        purchase.OccurredAt.UtcDateTime,
        purchase.CreatedAt.UtcDateTime);
}

/// <summary>Points of one person.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Level">1 for whose share brought the buyer in, 2 for whose share brought that one, and so on; 0 for the buyer.</param>
/// <param name="Points">How many.</param>
public sealed record PurchasePartContract(Guid UserId, int Level, long Points)
{
    /// <summary>Shows it.</summary>
    public static PurchasePartContract Of(PurchasePart part) => new(part.UserId, part.Level, part.Points);
}

/// <summary>A purchase that was recorded.</summary>
/// <param name="Purchase">The purchase.</param>
/// <param name="Earned">Points that the buyer earned.</param>
/// <param name="Distributed">Points of those who brought the buyer in.</param>
public sealed record PurchaseResponse(PurchaseContract Purchase, long Earned, ImmutableArray<PurchasePartContract> Distributed)
{
    /// <summary>Shows it.</summary>
    public static PurchaseResponse Of(RecordedPurchase recorded) => new(
        PurchaseContract.Of(recorded.Purchase),
        recorded.Purchase.Earned,
        recorded.Distributed.IsDefaultOrEmpty ? [] : ImmutableArray.CreateRange(recorded.Distributed, PurchasePartContract.Of));
}

/// <summary>Takes a purchase back.</summary>
/// <param name="Amount">A part of it; all that is left if absent.</param>
public sealed record RefundRequest(long? Amount = null);

/// <summary>A refund.</summary>
public sealed record RefundContract(Guid Id, Guid PurchaseId, long Amount, DateTime CreatedAt);

/// <summary>A refund, and what it takes back from whom: from what they have, and the rest they owe.</summary>
public sealed record RefundResponse(RefundContract Refund, ImmutableArray<PurchasePartContract> ClawedBack)
{
    /// <summary>Shows it.</summary>
    public static RefundResponse Of(RefundedPurchase refunded) => new(
        new(refunded.Refund.Id, refunded.Refund.PurchaseId, refunded.Refund.Amount, refunded.Refund.CreatedAt.UtcDateTime),
        refunded.ClawedBack.IsDefaultOrEmpty ? [] : ImmutableArray.CreateRange(refunded.ClawedBack, PurchasePartContract.Of));
}
