using Microsoft.Extensions.Logging;

namespace StyleShare.Storage;

/// <summary>What storage writes into the log.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1, LogLevel.Information, "Migration {Number:0000} {Name} applied.")]
    public static partial void Migrated(this ILogger log, int number, string name);

    [LoggerMessage(2, LogLevel.Information,
        "The database has migration {Number:0000}, which this version does not know: a newer one runs beside it.")]
    public static partial void NewerMigration(this ILogger log, int number);

    [LoggerMessage(3, LogLevel.Warning, "Lane {Lane} lost the database; it tries again until it is back.")]
    public static partial void Lost(this ILogger log, int lane, Exception exception);

    [LoggerMessage(4, LogLevel.Information, "Lane {Lane} is connected again.")]
    public static partial void Back(this ILogger log, int lane);

    [LoggerMessage(5, LogLevel.Information,
        "Lane {Lane} was cut off while {Changes} changes were committed; the database says they were {Outcome}.")]
    public static partial void Resolved(this ILogger log, int lane, int changes, string outcome);

    [LoggerMessage(6, LogLevel.Error, "The outcome of {Changes} changes is not known; the database did not come back in time.")]
    public static partial void OutcomeUnknown(this ILogger log, int changes);

    [LoggerMessage(7, LogLevel.Warning, "A change was refused by {Statement}: {SqlState} {Constraint}.")]
    public static partial void Refused(this ILogger log, string statement, string sqlState, string? constraint);

    [LoggerMessage(8, LogLevel.Warning, "Deadlock or another passing error ({SqlState}) in a group of {Changes}; sent again.")]
    public static partial void SentAgain(this ILogger log, string sqlState, int changes);

    [LoggerMessage(9, LogLevel.Error, "Lane {Lane} failed in a way that it should not have; it goes on.")]
    public static partial void LaneFailed(this ILogger log, int lane, Exception exception);

    [LoggerMessage(10, LogLevel.Information, "{Rows} old rows of {Name} deleted.")]
    public static partial void Deleted(this ILogger log, long rows, string name);

    [LoggerMessage(11, LogLevel.Warning, "Old rows could not be deleted; tried again later.")]
    public static partial void RetentionFailed(this ILogger log, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "The connection that listens was lost; until it is back, polling finds what is new.")]
    public static partial void ListenerLost(this ILogger log, Exception exception);

    [LoggerMessage(13, LogLevel.Information, "The connection that listens is back.")]
    public static partial void ListenerBack(this ILogger log);

    [LoggerMessage(14, LogLevel.Warning, "Tables could not be counted for the planner; tried again until it works.")]
    public static partial void StatisticsFailed(this ILogger log, Exception exception);
}
