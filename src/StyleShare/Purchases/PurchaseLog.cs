using Microsoft.Extensions.Logging;

namespace StyleShare.Purchases;

/// <summary>Log messages of purchases.</summary>
internal static partial class PurchaseLog
{
    [LoggerMessage(
        EventId = 7401, Level = LogLevel.Warning,
        Message = "An account was not told of the points of purchase {Purchase}; it finds them within seconds.")]
    public static partial void NotTold(ILogger log, Guid purchase, Exception exception);

    [LoggerMessage(
        EventId = 7402, Level = LogLevel.Warning,
        Message = "Points of refund {Refund} were not taken back at once; a job does it.")]
    public static partial void NotTakenBack(ILogger log, Guid refund, Exception exception);
}
