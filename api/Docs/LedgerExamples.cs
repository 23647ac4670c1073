using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which operators look into the ledger.</summary>
internal static class LedgerExamples
{
    public static readonly BodyExample CleanAudit = Examples.Example(
        "clean", "Nothing is off", new AuditResponse(Clean: true, Examples.Joined, []), ApiJson.Default.AuditResponse);
}
