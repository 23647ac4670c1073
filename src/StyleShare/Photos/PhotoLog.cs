using Microsoft.Extensions.Logging;

namespace StyleShare.Photos;

/// <summary>What this feature logs.</summary>
internal static partial class PhotoLog
{
    [LoggerMessage(
        EventId = 1, Level = LogLevel.Warning,
        Message = "Job {Job}: workers failed at a picture in {Tries} tries; it is rejected as corrupt.")]
    public static partial void GivenUp(ILogger log, Guid job, int tries, Exception e);

    [LoggerMessage(
        EventId = 2, Level = LogLevel.Warning,
        Message = "{Count} photos that nothing shows could not be removed; the next sweep tries again. The first one's error is here.")]
    public static partial void RemovalFailed(ILogger log, int count, Exception e);
}
