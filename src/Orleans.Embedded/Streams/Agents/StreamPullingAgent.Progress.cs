using Orleans.Streams;

namespace Orleans.Embedded;

// How far deliveries have got, and what the cache holds.
internal sealed partial class StreamPullingAgent
{
    // Waking for each batch that is done with would have a full cache read one by one.
    private const int ProgressStep = 64;

    private TaskCompletionSource? _progress;
    private TaskCompletionSource? _allDelivered;
    private long _done;
    private long _doneAtPurge;
    private int _pumping;

    /// <summary>The subscription's next batch, with which it is done with the one before; null if there is none and its pump ends.</summary>
    public IBatchContainer? Next(AgentSubscription subscription, out Exception? failure)
    {
        lock (_gate)
        {
            failure = null;
            var hasMore = subscription.Cursor is { } cursor && cursor.MoveNext();
            _done++;
            if (!hasMore || Stopping.IsCancellationRequested)
            {
                EndInGate(subscription);
                return null;
            }

            if (_done - _doneAtPurge >= ProgressStep)
                _progress?.TrySetResult();
            return subscription.Cursor!.GetCurrent(out failure);
        }
    }

    /// <summary>The subscription's pump ends without being done with its batch.</summary>
    public void End(AgentSubscription subscription)
    {
        lock (_gate)
            EndInGate(subscription);
    }

    public void RecordFailure(AgentSubscription subscription)
    {
        lock (_gate)
            subscription.Cursor?.RecordDeliveryFailure();
    }

    private static void Pump(List<AgentSubscription> woken)
    {
        foreach (var subscription in woken)
            _ = subscription.PumpAsync();
    }

    private void Wake(AgentSubscription subscription, List<AgentSubscription> woken)
    {
        if (subscription.IsPumping || Stopping.IsCancellationRequested)
            return;
        subscription.IsPumping = true;
        _pumping++;
        woken.Add(subscription);
    }

    private void EndInGate(AgentSubscription subscription)
    {
        subscription.IsPumping = false;
        _pumping--;
        if (_pumping == 0)
            _allDelivered?.TrySetResult();
        _progress?.TrySetResult();
    }

    private IList<IBatchContainer> Purge()
    {
        lock (_gate)
        {
            _doneAtPurge = _done;
            return _cache.TryPurgeFromCache(out var purged) && purged is not null ? purged : [];
        }
    }

    // 0 if there is none for now, a negative number if there is no end of it.
    private int Room()
    {
        lock (_gate)
            return _cache.IsUnderPressure() ? 0 : _cache.GetMaxAddCount();
    }

    private async Task AwaitProgress()
    {
        var progress = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var done = _done - _doneAtPurge;
            if (done >= ProgressStep || (done > 0 && _pumping == 0))
                return;
            _progress = progress;
        }

        await progress.Task.WaitAsync(Provider.Options.GetQueueMsgsTimerPeriod, Time, Stopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
            _progress = null;
    }

    private async Task AwaitDeliveries(CancellationToken limit)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_pumping == 0)
                return;
            _allDelivered = all;
        }

        await all.Task.WaitAsync(StopGrace, Time, limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!all.Task.IsCompleted)
            Provider.Log.DeliveriesLeft(Queue, _pumping);
    }
}
