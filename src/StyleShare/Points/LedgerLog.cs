using Microsoft.Extensions.Logging;

namespace StyleShare.Points;

/// <summary>Log messages of the ledger.</summary>
internal static partial class LedgerLog
{
    [LoggerMessage(10_001, LogLevel.Critical, "The audit of the ledger found {Problems} problems; the first is {Check} of {Subject}.")]
    public static partial void AuditFound(this ILogger log, int problems, string check, string subject);

    [LoggerMessage(10_002, LogLevel.Information, "The audit of the ledger found nothing off, in {Elapsed}.")]
    public static partial void AuditClean(this ILogger log, TimeSpan elapsed);
}
