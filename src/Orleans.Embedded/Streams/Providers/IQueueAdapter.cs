using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Makes the parts of a persistent provider.</summary>
public interface IQueueAdapterFactory
{
    /// <summary>What reads and writes the queues.</summary>
    Task<IQueueAdapter> CreateAdapter();

    /// <inheritdoc cref="CreateAdapter()"/>
    Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => CreateAdapter();

    /// <summary>What holds events between being read and being delivered.</summary>
    IQueueAdapterCache GetQueueAdapterCache();

    /// <summary>Which streams are in which queue.</summary>
    IStreamQueueMapper GetStreamQueueMapper();

    /// <summary>Who is told of events that could not be delivered.</summary>
    Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId);
}

/// <summary>Writes events into queues, and makes what reads them.</summary>
public interface IQueueAdapter
{
    /// <summary>The provider's name.</summary>
    string Name { get; }

    /// <summary>True if subscribers can go back to earlier places.</summary>
    bool IsRewindable { get; }

    /// <summary>Whether it reads, writes or both.</summary>
    StreamProviderDirection Direction { get; }

    /// <summary>Writes events of a stream as one batch.</summary>
    Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext);

    /// <summary>What reads a queue.</summary>
    IQueueAdapterReceiver CreateReceiver(QueueId queueId);
}

/// <summary>Short forms of <see cref="IQueueAdapter.QueueMessageBatchAsync"/>.</summary>
public static class QueueAdapterExtensions
{
    /// <summary>Writes an event.</summary>
    public static Task QueueMessageAsync<T>(
        this IQueueAdapter adapter, StreamId streamId, T evt, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return adapter.QueueMessageBatchAsync(streamId, [evt], token, requestContext);
    }
}

/// <summary>Constants of adapters.</summary>
public static class QueueAdapterConstants
{
    /// <summary>As many as there are.</summary>
    public const int UNLIMITED_GET_QUEUE_MSG = -1;
}

/// <summary>Reads a queue. Called by one agent, a call at a time.</summary>
public interface IQueueAdapterReceiver
{
    /// <summary>Called once before all else.</summary>
    Task Initialize(TimeSpan timeout);

    /// <summary>
    /// The next batches, at most so many (<see cref="QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG"/> for any number). May wait
    /// for some time until there are some; an empty list if there are none.
    /// </summary>
    Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount);

    /// <inheritdoc cref="GetQueueMessagesAsync(int)"/>
    Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken) => GetQueueMessagesAsync(maxCount);

    /// <summary>These batches are done with and need not come again.</summary>
    Task MessagesDeliveredAsync(IList<IBatchContainer> messages);

    /// <inheritdoc cref="MessagesDeliveredAsync(IList{IBatchContainer})"/>
    Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) => MessagesDeliveredAsync(messages);

    /// <summary>Called once after all else.</summary>
    Task Shutdown(TimeSpan timeout);
}

/// <summary>Events of a stream that were written together.</summary>
public interface IBatchContainer
{
    /// <summary>The stream.</summary>
    StreamId StreamId { get; }

    /// <summary>The place in the stream.</summary>
    StreamSequenceToken SequenceToken { get; }

    /// <summary>Those of the events that are of a type, with their places.</summary>
    IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>();

    /// <summary>Puts the request context of the producer into the consumer's; false if there is none.</summary>
    bool ImportRequestContext();
}

/// <summary>Which ways an adapter works.</summary>
public enum StreamProviderDirection
{
    /// <summary>Neither.</summary>
    None,

    /// <summary>It reads.</summary>
    ReadOnly,

    /// <summary>It writes.</summary>
    WriteOnly,

    /// <summary>Both.</summary>
    ReadWrite,
}

/// <summary>Which streams are in which queue.</summary>
public interface IStreamQueueMapper
{
    /// <summary>All queues.</summary>
    IEnumerable<QueueId> GetAllQueues();

    /// <summary>The queue of a stream, always the same.</summary>
    QueueId GetQueueForStream(StreamId streamId);
}

/// <summary>Is told of events that could not be delivered.</summary>
public interface IStreamFailureHandler
{
    /// <summary>True to end a subscription of which an event could not be delivered.</summary>
    bool ShouldFaultSubsriptionOnError { get; }

    /// <summary>An event (or batch) could not be delivered for as long as the agent tries.</summary>
    Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken sequenceToken);

    /// <summary>A subscription could not be made.</summary>
    Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken sequenceToken);
}

/// <summary>Does nothing about them.</summary>
public class NoOpStreamDeliveryFailureHandler : IStreamFailureHandler
{
    /// <summary>Subscriptions go on.</summary>
    public NoOpStreamDeliveryFailureHandler()
        : this(false)
    {
    }

    /// <summary>Subscriptions go on, or end.</summary>
    public NoOpStreamDeliveryFailureHandler(bool faultOnError) => ShouldFaultSubsriptionOnError = faultOnError;

    /// <inheritdoc/>
    public bool ShouldFaultSubsriptionOnError { get; }

    /// <inheritdoc/>
    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken sequenceToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken sequenceToken) =>
        Task.CompletedTask;
}
