using Orleans.Streams;
using Orleans.Streams.Core;

namespace Orleans.Embedded;

/// <summary>An activation's observers, by subscription. Used in its turns only.</summary>
internal sealed class StreamConsumers
{
    private readonly Dictionary<Guid, StreamSink> _sinks = [];

    public void Set(Guid subscriptionId, StreamSink sink) => _sinks[subscriptionId] = sink;

    public void Remove(Guid subscriptionId) => _sinks.Remove(subscriptionId);

    /// <exception cref="StreamEventDeliveryFailureException">The grain has no observer for the subscription.</exception>
    public ValueTask Deliver(PersistentStreams provider, StreamSubscriber subscriber, IBatchContainer batch, object grain)
    {
        if (!_sinks.TryGetValue(subscriber.SubscriptionId, out var sink))
            return DeliverFirst(provider, subscriber, batch, grain);
        batch.ImportRequestContext();
        return sink.Deliver(batch);
    }

    public Task OnError(Guid subscriptionId, Exception exception) =>
        _sinks.TryGetValue(subscriptionId, out var sink) ? sink.OnError(exception) : Task.CompletedTask;

    private async ValueTask DeliverFirst(PersistentStreams provider, StreamSubscriber subscriber, IBatchContainer batch, object grain)
    {
        if (grain is IStreamSubscriptionObserver observer)
            await observer.OnSubscribed(new SubscriptionHandleFactory(provider, batch.StreamId, subscriber));
        if (!_sinks.TryGetValue(subscriber.SubscriptionId, out var sink))
        {
            throw new StreamEventDeliveryFailureException(
                $"{subscriber.Consumer} has no observer for its subscription to stream {batch.StreamId}: resume the subscription in "
                + $"{nameof(IStreamSubscriptionObserver.OnSubscribed)} or {nameof(IGrainBase.OnActivateAsync)}.");
        }

        batch.ImportRequestContext();
        await sink.Deliver(batch);
    }
}

internal sealed partial class Activation
{
    public StreamConsumers Streams => ExtrasOrNew.Streams ??= new StreamConsumers();
}
