using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace StyleShare.Streams;

/// <summary>Tells the engine which partitions are this silo's.</summary>
internal sealed class LeaseBalancer(PartitionLeases leases, ILogger<LeaseBalancer> log) : IStreamQueueBalancer
{
    private readonly Lock _lock = new();
    private readonly List<IStreamQueueBalanceListener> _listeners = [];
    private bool _telling;
    private bool _again;

    public async Task Initialize(IStreamQueueMapper queueMapper)
    {
        leases.Changed = Tell;
        await leases.Start();
    }

    public Task Shutdown() => leases.Stop();

    public IEnumerable<QueueId> GetMyQueues() => [.. leases.Mine.Select(PartitionMapper.QueueOf)];

    public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer)
    {
        lock (_lock)
        {
            if (_listeners.Contains(observer))
                return false;
            _listeners.Add(observer);
            return true;
        }
    }

    public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer)
    {
        lock (_lock)
            return _listeners.Remove(observer);
    }

    /// <summary>Beside the renewing of leases, which does not wait for agents that take long to end.</summary>
    private void Tell()
    {
        lock (_lock)
        {
            if (_telling)
            {
                _again = true;
                return;
            }

            _telling = true;
        }

        _ = Task.Run(TellAsync);
    }

    private async Task TellAsync()
    {
        while (true)
        {
            IStreamQueueBalanceListener[] listeners;
            lock (_lock)
                listeners = [.. _listeners];
            foreach (var listener in listeners)
            {
                try
                {
                    await listener.QueueDistributionChangeNotification();
                }
                catch (Exception e)
                {
                    log.ListenerFailed(e);
                }
            }

            lock (_lock)
            {
                if (!_again)
                {
                    _telling = false;
                    return;
                }

                _again = false;
            }
        }
    }
}
