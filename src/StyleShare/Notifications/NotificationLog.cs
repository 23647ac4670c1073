using Microsoft.Extensions.Logging;
using StyleShare.Push;

namespace StyleShare.Notifications;

/// <summary>What this feature logs.</summary>
internal static partial class NotificationLog
{
    [LoggerMessage(
        EventId = 1, Level = LogLevel.Information,
        Message = "A device of user {User} is gone, says {Platform}; it is forgotten.")]
    public static partial void DeviceGone(ILogger log, Guid user, PushPlatform platform);

    [LoggerMessage(
        EventId = 2, Level = LogLevel.Warning,
        Message = "A push to user {User} was refused by {Platform} ({Reason}); it is dropped.")]
    public static partial void PushRefused(ILogger log, Guid user, PushPlatform platform, string reason);
}
