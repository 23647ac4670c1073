namespace StyleShare.Points;

/// <summary>What people may write about points, and how many points there may be.</summary>
public static class PointsLimits
{
    /// <summary>A gift's note.</summary>
    public static readonly TextRule Note = new(200, MultiLine: true);

    /// <summary>Why an operator corrects.</summary>
    public static readonly TextRule Reason = new(500, Required: true);

    /// <summary>The name of the operator who corrects.</summary>
    public static readonly TextRule OperatorName = new(100, Required: true);

    /// <summary>The most points in one command: far from where sums could overflow.</summary>
    public const long MaxPoints = 1_000_000_000_000;

    /// <summary>How many lots a balance tells of, earliest first: a lot a day for two years.</summary>
    public const int MaxExpiring = 731;
}
