using System.Collections.Immutable;
using StyleShare.Shops;

namespace StyleShare.Api.Contracts;

/// <summary>How a shop gives points. In an edit, what is absent stays.</summary>
public sealed class ProgramRequest
{
    /// <summary>What the buyer earns, in hundredths of a percent of the amount: 0 to 10,000. Needed by a new shop.</summary>
    public int? EarnBps { get; set; }

    /// <summary>What those who brought the buyer in get together, likewise; 0 if absent.</summary>
    public int? SharePoolBps { get; set; }

    /// <summary>In which proportion up to 10 levels of them share it; <c>[100]</c> if absent.</summary>
    public int[]? ShareSplit { get; set; }

    /// <summary><c>merchant</c> or <c>buyer</c>: where parts of missing levels go; <c>merchant</c> if absent.</summary>
    public string? UnclaimedShare { get; set; }

    /// <summary>How many days points are good; <c>null</c> for ever.</summary>
    public int? ExpiryDays { get; set { field = value; HasExpiryDays = true; } }

    /// <summary>The least points that can be spent at once; 1 if absent.</summary>
    public long? MinRedeem { get; set; }

    /// <summary>The most that the buyer earns with one purchase; <c>null</c> for no limit.</summary>
    public long? MaxPerPurchase { get; set { field = value; HasMaxPerPurchase = true; } }

    /// <summary>Whether purchases give points; <c>true</c> if absent.</summary>
    public bool? Active { get; set; }

    internal bool HasExpiryDays { get; private set; }

    internal bool HasMaxPerPurchase { get; private set; }
}

/// <summary>How a shop gives points.</summary>
public sealed record ProgramResponse(
    int EarnBps,
    int SharePoolBps,
    ImmutableArray<int> ShareSplit,
    string UnclaimedShare,
    int? ExpiryDays,
    long MinRedeem,
    long? MaxPerPurchase,
    bool Active)
{
    /// <summary>Shows a program.</summary>
    public static ProgramResponse Of(PointsProgram program) => new(
        program.EarnBps,
        program.SharePoolBps,
        program.ShareSplit,
        program.UnclaimedShare == Shops.UnclaimedShare.Buyer ? "buyer" : "merchant",
        program.ExpiryDays,
        program.MinRedeem,
        program.MaxPerPurchase,
        program.Active);
}

/// <summary>A new shop.</summary>
/// <param name="Name">Up to 100 characters.</param>
/// <param name="Currency">ISO 4217; it never changes.</param>
/// <param name="Program">How it gives points.</param>
public sealed record OpenMerchantRequest(string? Name, string? Currency, ProgramRequest? Program);

/// <summary>Edits a shop. What is absent stays; what is bought from here on is on the new terms.</summary>
/// <param name="Name">Up to 100 characters.</param>
/// <param name="Program">What is to be different in how it gives points.</param>
public sealed record EditMerchantRequest(string? Name = null, ProgramRequest? Program = null);

/// <summary>An API key of a shop, but for the key itself.</summary>
/// <param name="Id">What it is deleted by.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="EndsAt">When it ends because there is a newer one; null if it does not.</param>
public sealed record ApiKeyResponse(Guid Id, DateTime CreatedAt, DateTime? EndsAt)
{
    /// <summary>Shows a key.</summary>
    public static ApiKeyResponse Of(ApiKeyView key) => new(key.Id, key.CreatedAt.UtcDateTime, key.EndsAt?.UtcDateTime);
}

/// <summary>A shop, as its owner sees it.</summary>
public sealed record MerchantResponse(
    Guid Id,
    string Name,
    string Currency,
    ProgramResponse Program,
    ImmutableArray<ApiKeyResponse> ApiKeys,
    DateTime CreatedAt,
    DateTime? EditedAt)
{
    /// <summary>Shows a shop.</summary>
    public static MerchantResponse Of(MerchantView merchant) => new(
        merchant.Id,
        merchant.Name,
        merchant.Currency,
        ProgramResponse.Of(merchant.Program),
        ImmutableArray.CreateRange(merchant.ApiKeys, ApiKeyResponse.Of),
        merchant.CreatedAt.UtcDateTime,
        merchant.EditedAt?.UtcDateTime);
}

/// <summary>A new shop, and the key that its tills send; it is never shown again.</summary>
public sealed record OpenedMerchantResponse(MerchantResponse Merchant, string ApiKey);

/// <summary>A new key; it is never shown again.</summary>
public sealed record AddedKeyResponse(ApiKeyResponse Key, string ApiKey);
