using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>A stream as its queue's agent knows it. Used under the agent's gate.</summary>
internal sealed class AgentStream(StreamId id)
{
    private readonly List<AgentSubscription> _subscriptions = new(1);

    public StreamId Id => id;

    public IReadOnlyList<AgentSubscription> Subscriptions => _subscriptions;

    /// <summary>Its subscriptions have cursors.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Holds its events while the explicit subscriptions are looked up.</summary>
    public IQueueCacheCursor? Pin { get; set; }

    public StreamSequenceToken? PinnedAt { get; set; }

    /// <summary>Which version of the explicit subscriptions it has.</summary>
    public long Version { get; set; } = long.MinValue;

    public long LastEventAt { get; set; }

    public bool IsAtRest => Pin is null && _subscriptions.TrueForAll(subscription => !subscription.IsPumping);

    public AgentSubscription? Find(Guid subscriptionId) => _subscriptions.Find(s => s.Subscriber.SubscriptionId == subscriptionId);

    public void Add(AgentSubscription subscription) => _subscriptions.Add(subscription);

    public void Remove(AgentSubscription subscription)
    {
        _subscriptions.Remove(subscription);
        subscription.MoveTo(null);
    }

    public void Unpin()
    {
        Pin?.Dispose();
        Pin = null;
        PinnedAt = null;
    }

    public void Close()
    {
        Unpin();
        foreach (var subscription in _subscriptions)
            subscription.MoveTo(null);
        _subscriptions.Clear();
    }
}
