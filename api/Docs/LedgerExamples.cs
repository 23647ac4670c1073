using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which operators look into the ledger.</summary>
internal static class LedgerExamples
{
    public static readonly BodyExample CleanAudit = Examples.Example(
        "clean", "Nothing is off", new AuditResponse(Clean: true, Examples.Joined, []), ApiJson.Default.AuditResponse);

    public static readonly BodyExample Correction = new("make-good", "100 points for a purchase that a till lost", $$"""
        {"merchantId":"{{MerchantExamples.MerchantId}}","userId":"{{Examples.JunoId}}","points":100,
         "reason":"Ticket 4711: the till lost a purchase","operator":"Alex, support"}
        """);

    public static readonly BodyExample Corrected = Examples.Example(
        "corrected", "The account as it is now",
        new CorrectionResponse(
            Guid.Parse(MerchantExamples.MerchantId), Guid.Parse(Examples.JunoId), Balance: 100, Available: 100, Owed: 0),
        ApiJson.Default.CorrectionResponse);
}
