using StyleShare.Points;
using StyleShare.Shops;

namespace StyleShare.Purchases;

/// <summary>The limits of what a purchase may hold; the API names the field that is outside of one.</summary>
public static class PurchaseLimits
{
    /// <summary>How a till calls a purchase; the ledger takes no longer ones.</summary>
    public static readonly TextRule Reference = new(LedgerTransaction.MaxReference, Required: true);

    /// <summary>The name of an item.</summary>
    public static readonly TextRule ItemName = new(100, Required: true);

    /// <summary>Items of a purchase: a long receipt.</summary>
    public const int Items = 100;

    /// <summary>The most of one item.</summary>
    public const long Quantity = 1_000_000;

    /// <summary>The most that is paid, in minor units, so that sums stay far from overflowing.</summary>
    public const long Amount = PointsProgram.MaxAmount;

    /// <summary>A member code or the code of a share, in characters; what is longer is none.</summary>
    public const int Code = 100;

    /// <summary>How far a till's clock may be ahead.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(1);
}
