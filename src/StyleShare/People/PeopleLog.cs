using Microsoft.Extensions.Logging;

namespace StyleShare.People;

/// <summary>Log messages of this feature. Ids only: no names and addresses.</summary>
internal static partial class PeopleLog
{
    [LoggerMessage(3001, LogLevel.Warning, "A former address of {UserId} could not be released; it goes to the next who asks.")]
    public static partial void EmailNotReleased(ILogger log, Guid userId, Exception exception);
}
