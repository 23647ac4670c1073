using Microsoft.Extensions.Logging;

namespace StyleShare.Feeds;

/// <summary>Log messages of feeds.</summary>
internal static partial class FeedLog
{
    [LoggerMessage(5001, LogLevel.Warning, "The log of recent posts cannot be read; feeds show no news until it can. Next try in {Pause}.")]
    public static partial void PollFailed(ILogger logger, Exception exception, TimeSpan pause);

    [LoggerMessage(5002, LogLevel.Information, "The log of recent posts can be read again, after {Tries} tries that failed.")]
    public static partial void PollWorksAgain(ILogger logger, int tries);

    [LoggerMessage(5003, LogLevel.Warning, "Recent posts are forgotten, since some may have been missed; feeds are built anew.")]
    public static partial void StartedAnew(ILogger logger);

    [LoggerMessage(5004, LogLevel.Warning, "Old rows of the log of recent posts could not be pruned; tried again later.")]
    public static partial void PruneFailed(ILogger logger, Exception exception);
}
