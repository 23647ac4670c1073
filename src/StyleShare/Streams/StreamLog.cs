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

    [LoggerMessage(6504, LogLevel.Warning, "Events cannot be read; they wait in the database until they can.")]
    public static partial void ReadFailed(this ILogger log, Exception exception);

    [LoggerMessage(6505, LogLevel.Warning, "Events that are done could not be acknowledged; tried again, or they come again.")]
    public static partial void AcknowledgeFailed(this ILogger log, Exception exception);

    [LoggerMessage(6506, LogLevel.Warning, "Other silos could not be told of events; they find them by polling.")]
    public static partial void TellFailed(this ILogger log, Exception exception);

    [LoggerMessage(6507, LogLevel.Warning, "Nobody subscribes to streams of namespace '{Namespace}': their events are dropped.")]
    public static partial void NobodySubscribes(this ILogger log, string @namespace);

    [LoggerMessage(6508, LogLevel.Information, "This silo reads {Partitions} partitions of its share of {Share}.")]
    public static partial void LeasesChanged(this ILogger log, int partitions, int share);

    [LoggerMessage(6509, LogLevel.Warning, "Leases of partitions cannot be renewed; reading stops when they run out.")]
    public static partial void LeasesFailed(this ILogger log, Exception exception);

    [LoggerMessage(6510, LogLevel.Information, "Leases of partitions can be renewed again.")]
    public static partial void LeasesBack(this ILogger log);

    [LoggerMessage(6511, LogLevel.Information, "Leases could not be given back; they run out by themselves.")]
    public static partial void LeavingFailed(this ILogger log, Exception exception);

    [LoggerMessage(6512, LogLevel.Error, "An event could not be delivered for {For}; {Events} of its stream become dead letters.")]
    public static partial void GivenUp(this ILogger log, TimeSpan @for, int events);

    [LoggerMessage(6513, LogLevel.Error, "The engine could not be told that the partitions of this silo have changed.")]
    public static partial void ListenerFailed(this ILogger log, Exception exception);
}
