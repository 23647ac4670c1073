using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>
/// One subscription to one stream: delivers the stream's events in order, one at a time, each until it was taken or is given
/// up. It waits for no other subscription, and none waits for it.
/// </summary>
internal sealed class AgentSubscription
{
    private readonly StreamPullingAgent _agent;
    private readonly StreamConsumerAddress _consumer;

    public AgentSubscription(StreamPullingAgent agent, AgentStream stream, StreamSubscriber subscriber)
    {
        _agent = agent;
        Stream = stream;
        Subscriber = subscriber;
        var silo = agent.Provider.Silo;
        _consumer = new StreamConsumerAddress(silo.GrainFactory.MakeReference(silo.Catalog.ClassOf(subscriber.Consumer.Type), subscriber.Consumer.Key));
    }

    public AgentStream Stream { get; }

    public StreamSubscriber Subscriber { get; }

    /// <summary>Null before the stream is open and once the subscription has ended.</summary>
    public IQueueCacheCursor? Cursor { get; private set; }

    /// <summary>Its pump runs, or is about to.</summary>
    public bool IsPumping { get; set; }

    private PersistentStreams Provider => _agent.Provider;

    private bool IsOver => Cursor is null || _agent.Stopping.IsCancellationRequested;

    public void MoveTo(IQueueCacheCursor? cursor)
    {
        Cursor?.Dispose();
        Cursor = cursor;
    }

    /// <summary>Delivers until there is nothing left.</summary>
    public async Task PumpAsync()
    {
        for (var failures = 0; ;)
        {
            try
            {
                var batch = _agent.Next(this, out var failure);
                if (batch is null && failure is null)
                    return;
                if (failure is not null)
                {
                    await Tell(failure);
                }
                else if (!await Deliver(batch!))
                {
                    _agent.End(this);
                    return;
                }

                failures = 0;
            }
            catch (Exception exception)
            {
                if (failures++ == 0)
                    Provider.Log.CursorFailed(Stream.Id, exception);
                if (IsOver)
                {
                    _agent.End(this);
                    return;
                }

                await _agent.Delay(Provider.ReadBackoff.Next(failures)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Tells the observer that something was lost.</summary>
    public async Task Tell(Exception lost)
    {
        try
        {
            await _consumer.Send(new StreamErrorNotice(Subscriber.SubscriptionId, lost));
        }
        catch (Exception exception)
        {
            Provider.Log.ErrorNoticeFailed(Stream.Id, Subscriber.Consumer, exception);
        }
    }

    // False if the subscription is over and the batch is not done with.
    private async ValueTask<bool> Deliver(IBatchContainer batch)
    {
        var began = Provider.Silo.TimeProvider.GetTimestamp();
        try
        {
            await _consumer.Send(new StreamDelivery(Provider, Subscriber, batch));
            return true;
        }
        catch (Exception exception)
        {
            return await DeliverAgain(batch, began, exception);
        }
    }

    private async Task<bool> DeliverAgain(IBatchContainer batch, long began, Exception exception)
    {
        if (!IsOver)
            Provider.Log.DeliveryFailed(Stream.Id, batch.SequenceToken, Subscriber.Consumer, exception);
        for (var tries = 1; !IsOver; tries++)
        {
            var left = Provider.Options.MaxEventDeliveryTime - Provider.Silo.TimeProvider.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return await GiveUp(batch, tries, exception);
            var wait = Provider.DeliveryBackoff.Next(tries);
            await _agent.Delay(wait < left ? wait : left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (IsOver)
                break;
            try
            {
                await _consumer.Send(new StreamDelivery(Provider, Subscriber, batch));
                return true;
            }
            catch (Exception next)
            {
                exception = next;
            }
        }

        return false;
    }

    // The stream goes on when the handler has taken the failure: it may be what keeps the event.
    private async Task<bool> GiveUp(IBatchContainer batch, int tries, Exception exception)
    {
        Provider.Log.DeliveryGivenUp(Stream.Id, batch.SequenceToken, Subscriber.Consumer, tries, exception);
        _agent.RecordFailure(this);
        for (var failures = 1; !await TryHandOver(batch); failures++)
        {
            await _agent.Delay(Provider.DeliveryBackoff.Next(failures)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (IsOver)
                return false;
        }

        await Tell(new StreamEventDeliveryFailureException(
            $"The event at {batch.SequenceToken} of stream {Stream.Id} was given up after {tries} tries.", exception));
        if (_agent.Failures.ShouldFaultSubsriptionOnError && !Subscriber.IsImplicit)
            await Fault();
        return true;
    }

    private async Task Fault()
    {
        try
        {
            await Provider.PubSub.Remove(Stream.Id, Subscriber.SubscriptionId);
        }
        catch (Exception exception)
        {
            Provider.Log.SubscriptionNotEnded(Stream.Id, Subscriber.Consumer, exception);
        }
    }

    private async Task<bool> TryHandOver(IBatchContainer batch)
    {
        try
        {
            await _agent.Failures.OnDeliveryFailure(
                GuidId.GetGuidId(Subscriber.SubscriptionId), Provider.Name, batch.StreamId, batch.SequenceToken);
            return true;
        }
        catch (Exception exception)
        {
            Provider.Log.FailureHandlerFailed(batch.StreamId, batch.SequenceToken, exception);
            return false;
        }
    }
}
