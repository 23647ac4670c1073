using Microsoft.Extensions.Logging;

namespace StyleShare.Development;

/// <summary>Log messages of this feature.</summary>
internal static partial class DevelopmentLog
{
    [LoggerMessage(1, LogLevel.Warning,
        "No credentials for {Services}: what would be sent there is kept in the development outbox, see GET /ops/v1/outbox.")]
    public static partial void NothingIsSent(this ILogger log, string services);
}
