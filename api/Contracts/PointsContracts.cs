using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using StyleShare.Points;

namespace StyleShare.Api.Contracts;

/// <summary>Points that expire at one time.</summary>
public sealed record ExpiringResponse(long Points, DateTime ExpiresAt);

/// <summary>What one has at a shop.</summary>
/// <param name="MerchantName">What the shop is called, for those who show it to a person.</param>
/// <param name="Balance">All points, held ones too.</param>
/// <param name="Held">Set aside for tills.</param>
/// <param name="Available">What can be spent.</param>
/// <param name="Owed">Taken back by a refund when it was spent already; later earnings are taken for it first.</param>
/// <param name="Expiring">Points with an end, earliest first.</param>
public sealed record PointsResponse(
    Guid MerchantId, string MerchantName, long Balance, long Held, long Available, long Owed, ImmutableArray<ExpiringResponse> Expiring)
{
    /// <summary>Shows a balance.</summary>
    public static PointsResponse Of(PointsBalance balance, string merchantName) => new(
        balance.MerchantId, merchantName, balance.Balance, balance.Held, balance.Available, balance.Owed,
        ImmutableArray.CreateRange(balance.Expiring, static lot => new ExpiringResponse(lot.Points, lot.ExpiresAt.UtcDateTime)));
}

/// <summary>A line of the ledger.</summary>
/// <param name="Kind">Why: earn, share, redemption, expiry, clawBack, gift, settlement, correction.</param>
/// <param name="Points">Added if above zero, taken if below.</param>
/// <param name="BalanceAfter">What there was then.</param>
/// <param name="Reference">What it is about: the till's reference, the id of a redemption.</param>
/// <param name="ExpiresAt">When points that came end; absent if never, and where they went.</param>
public sealed record EntryResponse(
    string Id,
    string Kind,
    long Points,
    long BalanceAfter,
    string Reference,
    DateTime CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ExpiresAt)
{
    /// <summary>Shows a line. One transaction may have two in an account.</summary>
    public static EntryResponse Of(LedgerEntry entry) => new(
        string.Create(CultureInfo.InvariantCulture, $"{entry.Id}-{entry.Seq}"), entry.Kind.Text(), entry.Points, entry.BalanceAfter,
        entry.Reference, entry.CreatedAt.UtcDateTime, entry.ExpiresAt?.UtcDateTime);
}

/// <summary>Sets points aside for a till.</summary>
/// <param name="Points">How many; the shop may take no fewer than its <c>minRedeem</c>.</param>
public sealed record RedeemRequest(long? Points);

/// <summary>Spends what is held.</summary>
/// <param name="Points">A part of it; the rest goes back. All if absent.</param>
public sealed record CaptureRequest(long? Points = null);

/// <summary>Points that are set aside for a till, or were.</summary>
/// <param name="Code">What the till reads; only where it was made, or made anew.</param>
/// <param name="State">held, captured, voided or expired.</param>
/// <param name="Captured">How many were spent; only of a captured one.</param>
public sealed record RedemptionResponse(
    Guid Id,
    Guid MerchantId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code,
    long Points,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Captured,
    DateTime CreatedAt,
    DateTime ExpiresAt,
    DateTime? ResolvedAt)
{
    /// <summary>Shows a hold.</summary>
    public static RedemptionResponse Of(Redemption redemption, string? code = null) => new(
        redemption.Id, redemption.MerchantId, code, redemption.Points, HoldStates.Text(redemption.State), redemption.Captured,
        redemption.CreatedAt.UtcDateTime, redemption.ExpiresAt.UtcDateTime, redemption.ResolvedAt?.UtcDateTime);
}

/// <summary>Gives points to somebody else.</summary>
/// <param name="Note">A few words for them, up to 200 characters.</param>
public sealed record TransferRequest(string? ToUserId, long? Points, string? Note = null);

/// <summary>Points that were given.</summary>
public sealed record TransferResponse(Guid Id, Guid MerchantId, Guid ToUserId, long Points, string? Note, DateTime CreatedAt)
{
    /// <summary>Shows a gift.</summary>
    public static TransferResponse Of(Gift gift) => new(
        gift.Id, gift.MerchantId, gift.ToUserId, gift.Points, gift.Note, gift.CreatedAt.UtcDateTime);
}

/// <summary>A code by which a till knows who buys, once.</summary>
public sealed record MemberCodeResponse(string Code, DateTime ExpiresAt);
