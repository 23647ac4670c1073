using Orleans.Streams;
using Orleans.Streams.Core;

namespace StyleShare.Streams;

/// <summary>Makes consumers of durable streams.</summary>
public sealed class DurableConsumers
{
    private readonly DeliveryOutcomes _outcomes;

    internal DurableConsumers(DeliveryOutcomes outcomes) => _outcomes = outcomes;

    /// <summary>A consumer that takes events one by one, in the order of their stream.</summary>
    /// <param name="consumer">
    /// Its name, under which tries are counted and handled events remembered: the same for all grains of a kind. Where several
    /// grains of a kind subscribe to the same stream, their key is a part of it.
    /// </param>
    /// <param name="handle">What it does; if it throws, that was a failed try.</param>
    public DurableConsumer Of(string consumer, Func<StreamId, StreamEvent, Task> handle) =>
        new(new(consumer, (stream, events) => handle(stream, events[0]), Together: false), _outcomes);

    /// <summary>
    /// A consumer that takes events of one stream together, in order: all that wait, up to some tens. Should it throw, they come
    /// one by one, so that only the event at fault uses up its tries.
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public DurableConsumer OfBatches(string consumer, Func<StreamId, IReadOnlyList<StreamEvent>, Task> handle) =>
        new(new(consumer, handle, Together: true), _outcomes);
}

/// <summary>
/// Stands between a durable stream and the grain that consumes it: counts the tries of an event durably and, when the last one
/// has failed, writes a dead letter, so that the stream goes on. One for each activation.
/// </summary>
/// <remarks>
/// Events come in the order of their stream, at least once. One that may have come before is looked up first: if the consumer
/// has marked it <see cref="HandledEvents.Handled"/>, it does not come again.
/// </remarks>
public sealed class DurableConsumer
{
    private readonly Consumer _consumer;
    private readonly DeliveryOutcomes _outcomes;

    internal DurableConsumer(Consumer consumer, DeliveryOutcomes outcomes)
    {
        _consumer = consumer;
        _outcomes = outcomes;
    }

    /// <summary>Has the events of a subscription come here; the whole of <see cref="IStreamSubscriptionObserver.OnSubscribed"/>.</summary>
    public Task Resume(IStreamSubscriptionHandleFactory subscription) =>
        subscription.Create<StreamEvent>().ResumeAsync(For(subscription.StreamId));

    /// <summary>Takes the events of one stream: for <c>SubscribeAsync</c> and <c>ResumeAsync</c> of explicit subscriptions.</summary>
    public IAsyncBatchObserver<StreamEvent> For(StreamId stream) => new ConsumerObserver(_consumer, stream, _outcomes);
}

/// <summary>What is done with events.</summary>
/// <param name="Name">Names the consumer in the tables.</param>
/// <param name="Handle">Handles some events of one stream, in order.</param>
/// <param name="Together">Whether it may be given more than one.</param>
internal sealed record Consumer(string Name, Func<StreamId, IReadOnlyList<StreamEvent>, Task> Handle, bool Together);
