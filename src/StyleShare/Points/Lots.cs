using System.Collections.Immutable;

namespace StyleShare.Points;

/// <summary>
/// Arithmetic of lots: points that end at the same time are one lot, the lots of an account are sorted by their end, and the
/// one without end is last. Sums are checked for overflow.
/// </summary>
public static class Lots
{
    /// <summary>All points of the lots.</summary>
    /// <exception cref="OverflowException">They are more than a <c>long</c> holds.</exception>
    public static long Sum(ImmutableArray<LotPart> lots)
    {
        var sum = 0L;
        foreach (var lot in lots)
            sum = checked(sum + lot.Points);
        return sum;
    }

    /// <summary>Whether the lot is over.</summary>
    public static bool IsDue(this LotPart lot, DateTimeOffset now) => lot.ExpiresAt <= now;

    /// <summary>The lots with parts added; a lot of which nothing is left is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More is taken from a lot than it has.</exception>
    public static ImmutableArray<LotPart> Plus(ImmutableArray<LotPart> lots, ImmutableArray<LotPart> parts)
    {
        if (parts.IsEmpty)
            return lots;
        var sum = ImmutableArray.CreateBuilder<LotPart>(lots.Length + parts.Length);
        var (left, right) = (0, 0);
        while (left < lots.Length || right < parts.Length)
        {
            var order = left == lots.Length ? 1 : right == parts.Length ? -1 : Compare(lots[left], parts[right]);
            var lot = order <= 0 ? lots[left] : parts[right] with { Points = 0 };
            if (order <= 0)
                left++;
            // Parts may name one lot more than once.
            while (right < parts.Length && parts[right].ExpiresAt == lot.ExpiresAt)
                lot = lot with { Points = checked(lot.Points + parts[right++].Points) };
            ArgumentOutOfRangeException.ThrowIfNegative(lot.Points, nameof(parts));
            if (lot.Points > 0)
                sum.Add(lot);
        }

        return sum.DrainToImmutable();
    }

    /// <summary>The lots with parts taken away.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A lot has not so many.</exception>
    public static ImmutableArray<LotPart> Minus(ImmutableArray<LotPart> lots, ImmutableArray<LotPart> parts) =>
        Plus(lots, Negated(parts));

    /// <summary>The parts with the other sign.</summary>
    public static ImmutableArray<LotPart> Negated(ImmutableArray<LotPart> parts) =>
        ImmutableArray.CreateRange(parts, static part => part with { Points = -part.Points });

    /// <summary>So many of the lots, those that end first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They have not so many.</exception>
    public static ImmutableArray<LotPart> Take(ImmutableArray<LotPart> lots, long points)
    {
        var taken = ImmutableArray.CreateBuilder<LotPart>();
        foreach (var lot in lots)
        {
            if (points == 0)
                break;
            var part = Math.Min(points, lot.Points);
            taken.Add(lot with { Points = part });
            points -= part;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(points, 0, nameof(points));
        return taken.DrainToImmutable();
    }

    /// <summary>By their end; the one without end is last.</summary>
    public static int Compare(LotPart one, LotPart other) => (one.ExpiresAt, other.ExpiresAt) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        var (a, b) => a.Value.CompareTo(b.Value),
    };
}
