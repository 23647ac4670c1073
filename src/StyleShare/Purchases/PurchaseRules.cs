using System.Collections.Immutable;
using System.Runtime.InteropServices;
using StyleShare.Shops;

namespace StyleShare.Purchases;

/// <summary>How many points a purchase gives to whom, and how many a refund takes back. Whole numbers only; nothing is lost or made.</summary>
public static class PurchaseRules
{
    /// <summary>What the buyer earns.</summary>
    /// <param name="amount">In minor units of money; 1 to <see cref="PointsProgram.MaxAmount"/>.</param>
    public static long Earn(PointsProgram program, long amount)
    {
        if (!program.Active)
            return 0;
        var earned = checked(amount * program.EarnBps) / PointsProgram.Whole;
        return program.MaxPerPurchase is { } most ? Math.Min(earned, most) : earned;
    }

    /// <summary>What those who brought the buyer in get together, whether they are there or not.</summary>
    public static long Pool(PointsProgram program, long amount) =>
        program.Active ? checked(amount * program.SharePoolBps) / PointsProgram.Whole : 0;

    /// <summary>
    /// Splits a pool by the method of largest remainders: each level gets its whole part, and those with the largest remainders
    /// get one more until nothing is left; of equal ones the lower level comes first.
    /// </summary>
    /// <returns>What each level gets; they sum to the pool.</returns>
    public static ImmutableArray<long> Split(long pool, ImmutableArray<int> weights)
    {
        var whole = weights.Sum(weight => (long)weight);
        var parts = new long[weights.Length];
        var remainders = new long[weights.Length];
        var left = pool;
        for (var level = 0; level < parts.Length; level++)
        {
            var (part, remainder) = Int128.DivRem((Int128)pool * weights[level], whole);
            (parts[level], remainders[level]) = ((long)part, (long)remainder);
            left -= parts[level];
        }

        // Fewer are left than there are levels, so that nobody gets more than one.
        foreach (var level in Enumerable.Range(0, parts.Length).OrderByDescending(level => remainders[level]).Take((int)left))
            parts[level]++;
        return ImmutableCollectionsMarshal.AsImmutableArray(parts);
    }

    /// <summary>
    /// What one refund takes back of somebody's points: what all refunds up to it take, less what those before it took. So the
    /// parts of all refunds sum to the whole once everything is refunded, however many there were.
    /// </summary>
    /// <param name="points">What the purchase gave.</param>
    /// <param name="amount">What was paid.</param>
    /// <param name="before">What was refunded before.</param>
    /// <param name="refunded">What is refunded with this one.</param>
    public static long RefundShare(long points, long amount, long before, long refunded) =>
        Taken(points, amount, refunded) - Taken(points, amount, before);

    /// <summary>When points that are given now expire: so many days later, at the next midnight in UTC; null for never.</summary>
    /// <remarks>Points that expire together are one lot, so that an account has one lot a day at the most.</remarks>
    public static DateTimeOffset? EndOf(PointsProgram program, DateTimeOffset now)
    {
        if (program.ExpiryDays is not { } days)
            return null;
        var end = now.UtcDateTime.AddDays(days);
        return new(end.TimeOfDay == TimeSpan.Zero ? end : end.Date.AddDays(1), TimeSpan.Zero);
    }

    private static long Taken(long points, long amount, long refunded) => (long)((Int128)points * refunded / amount);
}
