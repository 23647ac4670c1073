using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>What streams log.</summary>
internal sealed partial class StreamLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(1, LogLevel.Debug, "The agent of queue {Queue} began to read.")]
    public partial void AgentStarted(QueueId queue);

    [LoggerMessage(2, LogLevel.Debug, "The agent of queue {Queue} has ended.")]
    public partial void AgentStopped(QueueId queue);

    [LoggerMessage(3, LogLevel.Warning, "Queue {Queue} cannot be read for now; it is tried again until it can.")]
    public partial void ReadFailed(QueueId queue, Exception exception);

    [LoggerMessage(4, LogLevel.Information, "Queue {Queue} can be read again, after {Tries} failed tries.")]
    public partial void ReadRecovered(QueueId queue, int tries);

    [LoggerMessage(5, LogLevel.Warning, "The receiver of queue {Queue} did not end in order.")]
    public partial void ShutdownFailed(QueueId queue, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "The event at {Token} of stream {Stream} was not taken by {Consumer}; it is tried again.")]
    public partial void DeliveryFailed(StreamId stream, StreamSequenceToken token, GrainId consumer, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "The event at {Token} of stream {Stream} is given up after {Tries} tries: {Consumer} did not take it. The stream goes on.")]
    public partial void DeliveryGivenUp(StreamId stream, StreamSequenceToken token, GrainId consumer, int tries, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "The failure handler did not take the event at {Token} of stream {Stream}; it is asked again.")]
    public partial void FailureHandlerFailed(StreamId stream, StreamSequenceToken token, Exception exception);

    [LoggerMessage(9, LogLevel.Warning, "The subscriptions to stream {Stream} cannot be read for now; its events wait.")]
    public partial void LookupFailed(StreamId stream, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "A subscription to stream {Stream} is left out: there is no grain class for {Consumer}.")]
    public partial void ConsumerUnknown(StreamId stream, GrainId consumer);

    [LoggerMessage(11, LogLevel.Error, "Stream {Stream} has no key that a {Consumer} could have: it is not delivered to it.")]
    public partial void KeyUnfit(StreamId stream, Type consumer);

    [LoggerMessage(12, LogLevel.Error, "Reading stream {Stream} out of the cache failed; it is tried again.")]
    public partial void CursorFailed(StreamId stream, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "The agents of stream provider {Provider} did not follow a change of its queues; the next change makes up for it.")]
    public partial void RebalanceFailed(string provider, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "The observer of {Consumer} failed when it was told of an error in stream {Stream}.")]
    public partial void ErrorNoticeFailed(StreamId stream, GrainId consumer, Exception exception);

    [LoggerMessage(15, LogLevel.Warning, "{Count} deliveries of queue {Queue} had not ended when its agent did; they will come again.")]
    public partial void DeliveriesLeft(QueueId queue, int count);

    [LoggerMessage(16, LogLevel.Debug, "The batch at {Token} of stream {Stream} was recorded as failed by its cursor.")]
    public partial void DeliveryRecordedAsFailed(StreamId stream, StreamSequenceToken? token);

    [LoggerMessage(17, LogLevel.Error, "The subscription of {Consumer} to stream {Stream} could not be ended after an event of it was given up; it goes on.")]
    public partial void SubscriptionNotEnded(StreamId stream, GrainId consumer, Exception exception);
}
