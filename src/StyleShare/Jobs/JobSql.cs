namespace StyleShare.Jobs;

/// <summary>Pieces of SQL that several statements share.</summary>
internal static class JobSql
{
    /// <summary>Raised in the silo when it has committed jobs, and said to other silos when this one has no room for more.</summary>
    public const string Signal = "jobs";

    /// <summary>Makes a job that was wanted again while it ran wait again, as a new one.</summary>
    public const string AgainSet =
        """
        worker = NULL, started_at = NULL, tries = 0, errors = NULL, percent = NULL, note = NULL,
        payload = again_payload, due_at = again_at, again_payload = NULL, again_at = NULL
        """;
}
