using Microsoft.Extensions.Logging;

namespace StyleShare.Objects;

/// <summary>What object storage logs; never signatures, nor names of people's files.</summary>
internal static partial class ObjectLog
{
    [LoggerMessage(1, LogLevel.Information, "Deleted {Count} files that broken uploads left")]
    public static partial void LeftoversDeleted(this ILogger logger, int count);

    [LoggerMessage(2, LogLevel.Warning, "Could not look for files that broken uploads left")]
    public static partial void LeftoversKept(this ILogger logger, Exception exception);
}
