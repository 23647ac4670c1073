using Microsoft.Extensions.Logging;

namespace StyleShare.Api;

/// <summary>What the API logs. Requests are not: traces and metrics tell of them; bodies, tokens and names never.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(1, LogLevel.Warning, "A request could not be served now ({Code}) at {Route}")]
    public static partial void NotServed(this ILogger logger, Exception exception, string code, string? route);

    [LoggerMessage(2, LogLevel.Warning, "An idempotency key could not be set free; it frees itself after its time limit")]
    public static partial void RequestNotEnded(this ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "That somebody followed the link of share {Share} was not kept")]
    public static partial void FollowNotKept(this ILogger logger, Guid share, Exception exception);
}
