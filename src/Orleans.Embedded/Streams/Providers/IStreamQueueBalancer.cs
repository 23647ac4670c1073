namespace Orleans.Streams;

/// <summary>Says which queues this silo reads.</summary>
public interface IStreamQueueBalancer
{
    /// <summary>Called once before all else.</summary>
    Task Initialize(IStreamQueueMapper queueMapper);

    /// <summary>Called once after all else.</summary>
    Task Shutdown();

    /// <summary>The queues that this silo reads now.</summary>
    IEnumerable<QueueId> GetMyQueues();

    /// <summary>Has a listener told of changes; false if it is already.</summary>
    bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer);

    /// <summary>Has it told no more; false if it was not.</summary>
    bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer);
}

/// <summary>Is told that the queues of this silo have changed.</summary>
public interface IStreamQueueBalanceListener
{
    /// <summary>The queues of this silo have changed; completes when its agents have.</summary>
    Task QueueDistributionChangeNotification();
}
