using Microsoft.Extensions.Logging;

namespace StyleShare.Jobs;

/// <summary>Log messages of this feature. Kinds and ids only; an error's text may hold what a job was about, so it is stored
/// with the job, for operators, and not written here.</summary>
internal static partial class JobLog
{
    [LoggerMessage(6001, LogLevel.Information, "Job {Kind} {JobId} failed at try {Try} with {Error}; it is tried again in {After}.")]
    public static partial void JobFailed(this ILogger log, string kind, Guid jobId, int @try, string error, TimeSpan after);

    [LoggerMessage(6002, LogLevel.Error, "Job {Kind} {JobId} is given up after try {Try}: {Error}. It is a dead letter now.")]
    public static partial void JobDied(this ILogger log, string kind, Guid jobId, int @try, string error);

    [LoggerMessage(6003, LogLevel.Warning, "Job {Kind} {JobId} did not end at its time limit; its handler is left alone.")]
    public static partial void JobLeftAlone(this ILogger log, string kind, Guid jobId);

    [LoggerMessage(6004, LogLevel.Warning, "{Jobs} jobs of silos that died are run again.")]
    public static partial void JobsTakenOver(this ILogger log, int jobs);

    [LoggerMessage(6005, LogLevel.Warning, "{Jobs} jobs went to other silos while this one was not heard of; they are cancelled here.")]
    public static partial void JobsLost(this ILogger log, int jobs);

    [LoggerMessage(6006, LogLevel.Information, "{Jobs} jobs that were not done when the silo stopped are left to others.")]
    public static partial void JobsReturned(this ILogger log, int jobs);

    [LoggerMessage(6007, LogLevel.Warning, "{Task} of jobs failed; it is tried again.")]
    public static partial void UpkeepFailed(this ILogger log, string task, Exception exception);

    [LoggerMessage(6008, LogLevel.Error, "What became of job {JobId} could not be written as it was; it is written without its error.")]
    public static partial void OutcomeRefused(this ILogger log, Guid jobId, Exception exception);
}
