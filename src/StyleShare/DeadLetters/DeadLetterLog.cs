using Microsoft.Extensions.Logging;

namespace StyleShare.DeadLetters;

/// <summary>Log messages of this feature.</summary>
internal static partial class DeadLetterLog
{
    [LoggerMessage(6101, LogLevel.Information, "An operator has settled {Letters} dead letters.")]
    public static partial void Settled(this ILogger log, int letters);
}
