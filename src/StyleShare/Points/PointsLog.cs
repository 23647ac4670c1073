using Microsoft.Extensions.Logging;

namespace StyleShare.Points;

/// <summary>Log messages of points.</summary>
internal static partial class PointsLog
{
    [LoggerMessage(10_501, LogLevel.Warning, "The clock of this silo differs from the database's by {Seconds:F3} s more than before; points go by the database's.")]
    public static partial void ClockIsOff(ILogger logger, double seconds);

    [LoggerMessage(10_502, LogLevel.Warning, "The database could not be asked for its time; it is asked again soon.")]
    public static partial void ClockNotSampled(ILogger logger, Exception exception);

    [LoggerMessage(10_503, LogLevel.Warning, "An account was not told of points that it was given; it notices by itself within seconds.")]
    public static partial void RefreshFailed(ILogger logger, Exception exception);

    [LoggerMessage(10_504, LogLevel.Warning, "What an account owes could not be settled at once; it is before anything else is done with it.")]
    public static partial void SettlementFailed(ILogger logger, Exception exception);

    [LoggerMessage(10_505, LogLevel.Warning, "The points of {Accounts} accounts could not be expired; the next sweep finds them again.")]
    public static partial void ExpiryFailed(ILogger logger, int accounts, Exception exception);
}
