namespace StyleShare.Points;

/// <summary>The refusals of the ledger to operators.</summary>
public static class LedgerErrors
{
    /// <summary>The audit did not end within its time limit.</summary>
    public static Refusal AuditTooLong() => new(
        RefusalKind.Unavailable, "audit_too_long", "The audit did not end within its time limit; run its views on a replica, or allow more.");

    /// <summary>It reads the whole ledger: one at a time is enough for the database.</summary>
    public static Refusal AuditRunning() => new(RefusalKind.Conflict, "audit_running", "An audit is under way; wait for its end.");

    /// <summary>The person never had points in this shop.</summary>
    public static Refusal NoAccount() => new(RefusalKind.NotFound, "account_not_found", "There is no such account in the ledger.");
}
