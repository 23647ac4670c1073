using System.Collections.Immutable;

namespace StyleShare.Shops;

/// <summary>Where those parts of a purchase's pool go that belong to a level of sharers which is not there.</summary>
public enum UnclaimedShare
{
    /// <summary>Back to the shop.</summary>
    Merchant,

    /// <summary>To the buyer.</summary>
    Buyer,
}

/// <summary>How a shop gives points.</summary>
/// <param name="EarnBps">What the buyer earns, in hundredths of a percent of the amount.</param>
/// <param name="SharePoolBps">What those who brought the buyer in get together, likewise.</param>
/// <param name="ShareSplit">In which proportion the levels of sharers share it; the first is whose link it was.</param>
/// <param name="UnclaimedShare">Where parts of missing levels go.</param>
/// <param name="ExpiryDays">How many days points are good; null for ever.</param>
/// <param name="MinRedeem">The least points that can be spent at once.</param>
/// <param name="MaxPerPurchase">The most that the buyer earns with one purchase; null for no limit.</param>
/// <param name="Active">Whether purchases give points.</param>
[GenerateSerializer, Immutable]
public sealed record PointsProgram(
    int EarnBps,
    int SharePoolBps,
    ImmutableArray<int> ShareSplit,
    UnclaimedShare UnclaimedShare,
    int? ExpiryDays,
    long MinRedeem,
    long? MaxPerPurchase,
    bool Active)
{
    /// <summary>All of it: 10,000 hundredths of a percent.</summary>
    public const int Whole = 10_000;

    /// <summary>Levels of sharers that a pool may be split among.</summary>
    public const int MaxLevels = 10;

    /// <summary>The most that one level may weigh, so that sums and products stay far from overflowing.</summary>
    public const int MaxWeight = 10_000;

    /// <summary>Points may be good for a hundred years, which is about as good as for ever.</summary>
    public const int MaxExpiryDays = 36_500;

    /// <summary>The most points that a rule of a program may name, and minor units of money that a purchase may be of.</summary>
    public const long MaxAmount = 1_000_000_000_000;

    /// <summary>A program that was not told more than what the buyer earns.</summary>
    public static PointsProgram Earning(int earnBps) =>
        new(earnBps, 0, [100], UnclaimedShare.Merchant, ExpiryDays: null, MinRedeem: 1, MaxPerPurchase: null, Active: true);

    /// <summary>What is wrong, by the names of the API's fields; empty if nothing is.</summary>
    public IEnumerable<(string Field, string Rule)> Problems()
    {
        if (EarnBps is < 0 or > Whole)
            yield return ("earnBps", "Must be from 0 to 10,000.");
        if (SharePoolBps is < 0 or > Whole)
            yield return ("sharePoolBps", "Must be from 0 to 10,000.");
        if (ShareSplit.IsDefaultOrEmpty || ShareSplit.Length > MaxLevels || ShareSplit.Any(weight => weight is < 1 or > MaxWeight))
            yield return ("shareSplit", "Must be 1 to 10 whole numbers from 1 to 10,000.");
        if (!Enum.IsDefined(UnclaimedShare))
            yield return ("unclaimedShare", "Must be merchant or buyer.");
        if (ExpiryDays is < 1 or > MaxExpiryDays)
            yield return ("expiryDays", "Must be null or from 1 to 36,500.");
        if (MinRedeem is < 1 or > MaxAmount)
            yield return ("minRedeem", "Must be from 1 to 1,000,000,000,000.");
        if (MaxPerPurchase is < 0 or > MaxAmount)
            yield return ("maxPerPurchase", "Must be null or from 0 to 1,000,000,000,000.");
    }

    /// <summary>Whether it is the same program.</summary>
    public bool Equals(PointsProgram? other) =>
        other is not null && EarnBps == other.EarnBps && SharePoolBps == other.SharePoolBps
        && ShareSplit.AsSpan().SequenceEqual(other.ShareSplit.AsSpan()) && UnclaimedShare == other.UnclaimedShare
        && ExpiryDays == other.ExpiryDays && MinRedeem == other.MinRedeem && MaxPerPurchase == other.MaxPerPurchase
        && Active == other.Active;

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(EarnBps, SharePoolBps, ShareSplit.Length, UnclaimedShare, ExpiryDays, MinRedeem, MaxPerPurchase, Active);
}

/// <summary>What is to be different in a program; what is null stays.</summary>
/// <param name="ExpiryDays">How many days points are good from here on.</param>
/// <param name="NeverExpires">Points are good for ever from here on.</param>
/// <param name="MaxPerPurchase">The most that the buyer earns with one purchase.</param>
/// <param name="Unlimited">There is no such limit any more.</param>
[GenerateSerializer, Immutable]
public sealed record ProgramEdit(
    int? EarnBps,
    int? SharePoolBps,
    ImmutableArray<int>? ShareSplit,
    UnclaimedShare? UnclaimedShare,
    int? ExpiryDays,
    bool NeverExpires,
    long? MinRedeem,
    long? MaxPerPurchase,
    bool Unlimited,
    bool? Active)
{
    /// <summary>The program as it is then.</summary>
    public PointsProgram Of(PointsProgram before) => new(
        EarnBps ?? before.EarnBps,
        SharePoolBps ?? before.SharePoolBps,
        ShareSplit ?? before.ShareSplit,
        UnclaimedShare ?? before.UnclaimedShare,
        NeverExpires ? null : ExpiryDays ?? before.ExpiryDays,
        MinRedeem ?? before.MinRedeem,
        Unlimited ? null : MaxPerPurchase ?? before.MaxPerPurchase,
        Active ?? before.Active);
}
