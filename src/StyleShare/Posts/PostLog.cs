using Microsoft.Extensions.Logging;

namespace StyleShare.Posts;

/// <summary>Log messages of posts.</summary>
internal static partial class PostLog
{
    [LoggerMessage(4001, LogLevel.Warning, "An author's count of posts was not told of a post; it is right again after their next activation.")]
    public static partial void CountFailed(ILogger logger, Exception exception);
}
