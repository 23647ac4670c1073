using System.Runtime.InteropServices;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

// The streams of the queue, and who gets their events.
internal sealed partial class StreamPullingAgent
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StreamId, AgentStream> _streams = [];
    private long _sweptAt;

    /// <summary>The explicit subscriptions to a stream are these now; the answer is the version that is known then, 0 if it is none of the streams here.</summary>
    public long Apply(StreamId id, StreamSubscribers subscribers)
    {
        var woken = new List<AgentSubscription>();
        var known = 0L;
        lock (_gate)
        {
            if (_streams.TryGetValue(id, out var stream))
            {
                Apply(stream, subscribers, woken);
                known = stream.Version;
            }
        }

        // Not in the turn of whoever tells of it.
        ThreadPool.UnsafeQueueUserWorkItem(Pump, woken, preferLocal: false);
        return known;
    }

    /// <summary>Has a subscription read from a place on. If that is not there any more, its consumer is told and it goes on as it was.</summary>
    public void Rewind(StreamId id, Guid subscriptionId, StreamSequenceToken token)
    {
        var woken = new List<AgentSubscription>();
        lock (_gate)
        {
            if (_streams.GetValueOrDefault(id)?.Find(subscriptionId) is not { } subscription)
                return;
            try
            {
                subscription.MoveTo(_cache.GetCacheCursor(id, token));
                Wake(subscription, woken);
            }
            catch (DataNotAvailableException exception)
            {
                _ = subscription.Tell(exception);
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(Pump, woken, preferLocal: false);
    }

    private void Add(IList<IBatchContainer> batches)
    {
        var woken = new List<AgentSubscription>();
        lock (_gate)
        {
            // What user code may throw out of comes first, for what is in the cache and nobody's is let go of.
            foreach (var batch in batches)
                Know(batch.StreamId);
            _cache.AddToCache(batches);
            var now = Time.GetTimestamp();
            foreach (var batch in batches)
                Note(_streams[batch.StreamId], batch.SequenceToken, now, woken);
        }

        Pump(woken);
    }

    private void Know(StreamId id)
    {
        ref var stream = ref CollectionsMarshal.GetValueRefOrAddDefault(_streams, id, out var known);
        if (known && stream is not null)
            return;
        stream = new AgentStream(id);
        foreach (var subscriber in Provider.PubSub.FindImplicit(id))
            stream.Add(new AgentSubscription(this, stream, subscriber));
    }

    private void Note(AgentStream stream, StreamSequenceToken token, long now, List<AgentSubscription> woken)
    {
        stream.LastEventAt = now;
        if (!stream.IsOpen)
            Open(stream, token);
        foreach (var subscription in stream.Subscriptions)
        {
            subscription.Cursor?.Refresh(token);
            Wake(subscription, woken);
        }
    }

    private void Open(AgentStream stream, StreamSequenceToken token)
    {
        stream.IsOpen = true;
        foreach (var subscription in stream.Subscriptions)
            subscription.MoveTo(_cache.GetCacheCursor(stream.Id, token));
        if (!Provider.PubSub.HasExplicit)
            return;
        // Holds the events until it is known who gets them.
        stream.Pin = _cache.GetCacheCursor(stream.Id, token);
        stream.PinnedAt = token;
        _ = LookUp(stream);
    }

    private async Task LookUp(AgentStream stream)
    {
        StreamSubscribers? found = null;
        for (var failures = 0; found is null && !Stopping.IsCancellationRequested; failures++)
        {
            try
            {
                found = await Provider.PubSub.GetExplicit(stream.Id);
            }
            catch (Exception exception)
            {
                if (failures == 0 && !Stopping.IsCancellationRequested)
                    Provider.Log.LookupFailed(stream.Id, exception);
                await Delay(Provider.ReadBackoff.Next(failures + 1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        var woken = new List<AgentSubscription>();
        lock (_gate)
        {
            if (Stopping.IsCancellationRequested || found is null)
                return;
            Apply(stream, found, woken);
            stream.Unpin();
        }

        Pump(woken);
    }

    private void Apply(AgentStream stream, StreamSubscribers subscribers, List<AgentSubscription> woken)
    {
        if (subscribers.Version <= stream.Version)
            return;
        stream.Version = subscribers.Version;
        foreach (var gone in stream.Subscriptions.Where(s => !s.Subscriber.IsImplicit && !subscribers.All.Contains(s.Subscriber)).ToList())
            stream.Remove(gone);
        foreach (var subscriber in subscribers.All)
        {
            if (stream.Find(subscriber.SubscriptionId) is not null)
                continue;
            if (!Provider.Silo.Catalog.HasClass(subscriber.Consumer.Type))
            {
                Provider.Log.ConsumerUnknown(stream.Id, subscriber.Consumer);
                continue;
            }

            // While the events are held it begins with those, otherwise with what comes next.
            var subscription = new AgentSubscription(this, stream, subscriber);
            subscription.MoveTo(_cache.GetCacheCursor(stream.Id, stream.PinnedAt));
            stream.Add(subscription);
            Wake(subscription, woken);
        }
    }

    private void ForgetIdleStreams()
    {
        var idle = Provider.Options.StreamInactivityPeriod;
        if (Time.GetElapsedTime(_sweptAt) < idle / 4)
            return;
        _sweptAt = Time.GetTimestamp();
        lock (_gate)
        {
            foreach (var (id, stream) in _streams)
            {
                if (Time.GetElapsedTime(stream.LastEventAt) >= idle && stream.IsAtRest)
                {
                    stream.Close();
                    _streams.Remove(id);
                }
            }
        }
    }

    private void RemoveStreams()
    {
        lock (_gate)
        {
            foreach (var stream in _streams.Values)
                stream.Close();
            _streams.Clear();
        }
    }
}
