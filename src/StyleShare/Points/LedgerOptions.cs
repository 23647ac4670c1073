using System.ComponentModel.DataAnnotations;

namespace StyleShare.Points;

/// <summary>Settings of the ledger, under <c>StyleShare:Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>Where they are in the configuration.</summary>
    public const string Section = "StyleShare:Ledger";

    /// <summary>
    /// How long an audit may take: it reads the whole ledger, some five million lines in this time. What is larger is audited by
    /// a SELECT from the same views on a replica.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AuditTimeLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many problems an audit tells, of each of its views: the first ones lead to the cause, a million would not.</summary>
    [Range(1, 10_000)]
    public int AuditProblems { get; set; } = 100;

    /// <summary>Lines that a statement reads at a time: some 200 kB in memory, however long the statement and slow its reader.</summary>
    [Range(1, 100_000)]
    public int StatementPage { get; set; } = 1_000;
}
