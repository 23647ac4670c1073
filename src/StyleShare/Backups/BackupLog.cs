using Microsoft.Extensions.Logging;

namespace StyleShare.Backups;

/// <summary>What backups write into the log.</summary>
internal static partial class BackupLog
{
    [LoggerMessage(1, LogLevel.Information, "Backup {Name} is made: {Bytes} bytes, {Rows} rows, in {Seconds:F1} s")]
    public static partial void Made(this ILogger log, string name, long bytes, long rows, double seconds);

    [LoggerMessage(2, LogLevel.Error, "Backup {Name} is made of a ledger in which the audit found {Problems} problems")]
    public static partial void MadeOfProblems(this ILogger log, string name, int problems);

    [LoggerMessage(3, LogLevel.Information, "Backup {Name} is deleted, for there are enough newer ones")]
    public static partial void Expired(this ILogger log, string name);

    [LoggerMessage(4, LogLevel.Warning, "The dump {Key} of a backup that was never finished is deleted")]
    public static partial void HalfDeleted(this ILogger log, string key);

    [LoggerMessage(5, LogLevel.Warning, "The manifest {Key} cannot be read; that backup is passed over")]
    public static partial void ManifestUnreadable(this ILogger log, string key, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "The daily backup could not be scheduled; tried again after {Pause}")]
    public static partial void ScheduleFailed(this ILogger log, TimeSpan pause, Exception exception);
}
