namespace StyleShare.Jobs;

/// <summary>Names that statements and those who wait for them share.</summary>
internal static class JobSql
{
    /// <summary>Raised in the silo when it has committed jobs, and said to other silos when this one has no room for more.</summary>
    public const string Signal = "jobs";
}
