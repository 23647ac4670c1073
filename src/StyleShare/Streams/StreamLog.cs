using Microsoft.Extensions.Logging;

namespace StyleShare.Streams;

/// <summary>What streams write into the log.</summary>
internal static partial class StreamLog
{
    [LoggerMessage(6501, LogLevel.Warning, "Consumer {Consumer} failed with event {EventId}, try {Try} of {Tries}.")]
    public static partial void TryFailed(this ILogger log, string consumer, Guid eventId, int @try, int tries, Exception exception);

    [LoggerMessage(6502, LogLevel.Error, "Consumer {Consumer} gave event {EventId} up after {Tries} tries; it is a dead letter.")]
    public static partial void Died(this ILogger log, string consumer, Guid eventId, int tries);

    [LoggerMessage(6503, LogLevel.Warning, "The tries of consumer {Consumer} could not be counted.")]
    public static partial void CountNotWritten(this ILogger log, string consumer, Exception exception);
}
