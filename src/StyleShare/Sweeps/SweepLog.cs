using Microsoft.Extensions.Logging;

namespace StyleShare.Sweeps;

/// <summary>What sweeps write into the log.</summary>
internal static partial class SweepLog
{
    [LoggerMessage(1, LogLevel.Information, "Sweep {Sweep} is through with {Handled} after {Seconds:F1} s.")]
    public static partial void Done(this ILogger log, string sweep, long handled, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "A step of sweep {Sweep} failed; it goes on from there within {ResumeEvery}.")]
    public static partial void StepFailed(this ILogger log, string sweep, TimeSpan resumeEvery, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Sweep {Sweep} is run by another silo, which has gone on meanwhile; left to it.")]
    public static partial void Overtaken(this ILogger log, string sweep);

    [LoggerMessage(4, LogLevel.Warning, "Sweep {Sweep} could not be registered; tried again after {Pause}.")]
    public static partial void ScheduleFailed(this ILogger log, string sweep, TimeSpan pause, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "There is no sweep {Sweep} any more; its reminders are removed.")]
    public static partial void Gone(this ILogger log, string sweep);
}
