namespace StyleShare.Storage;

/// <summary>The database refused a change by its content; nothing of it was written.</summary>
[GenerateSerializer]
public sealed class ChangeRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ChangeRefusedException(string statement, string sqlState, string? constraint, string message)
        : base(message)
    {
        Statement = statement;
        SqlState = sqlState;
        Constraint = constraint;
    }

    /// <summary>The statement that failed.</summary>
    [Id(0)]
    public string Statement { get; }

    /// <summary>PostgreSQL's error code, such as 23505 for a unique key.</summary>
    [Id(1)]
    public string SqlState { get; }

    /// <summary>The constraint that was violated, if it was one.</summary>
    [Id(2)]
    public string? Constraint { get; }
}

/// <summary>The connection was lost while a change was committed, and the database did not come back in time to be asked.</summary>
[GenerateSerializer]
public sealed class OutcomeUnknownException : Exception
{
    /// <summary>Creates the exception.</summary>
    public OutcomeUnknownException()
        : base("The database was lost at the commit; whether the change was made is not known. Ask again, with the same Idempotency-Key.")
    {
    }
}

internal static class StorageErrors
{
    /// <summary>The SQLSTATE of <c>storage_stale</c> in the migrations.</summary>
    public const string Stale = "SS001";

    public static Refusal Busy() =>
        new(RefusalKind.Unavailable, "storage_busy", "More is being written than the database takes; nothing was changed. Try again soon.");

    public static Refusal Unavailable() =>
        new(RefusalKind.Unavailable, "storage_unavailable", "The database cannot be reached; nothing was changed. Try again soon.");

    public static Refusal TooLarge(int rows, int limit) =>
        new(RefusalKind.Unavailable, "change_too_large", $"A change of {rows} rows is over the limit of {limit}; nothing was changed.");
}
