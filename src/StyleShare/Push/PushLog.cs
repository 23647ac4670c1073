using Microsoft.Extensions.Logging;

namespace StyleShare.Push;

/// <summary>Log messages of this feature. Ids and the services' own words only: no tokens, endpoints or texts.</summary>
internal static partial class PushLog
{
    [LoggerMessage(1, LogLevel.Information, "Push {MessageId} was not sent by {Platform}: {Failure}; its sender decides whether to try again.")]
    public static partial void Failed(this ILogger log, PushPlatform platform, Guid messageId, string failure);

    [LoggerMessage(2, LogLevel.Warning, "Push {MessageId} was refused by {Platform} for good: {Reason}.")]
    public static partial void Refused(this ILogger log, PushPlatform platform, Guid messageId, string reason);
}
