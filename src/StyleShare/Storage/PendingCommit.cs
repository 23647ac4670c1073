namespace StyleShare.Storage;

/// <summary>A change in the queue, and the task that its caller waits on.</summary>
internal sealed class PendingCommit(Change change, long queuedAt)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;
    private int _state;

    public Change Change { get; } = change;

    /// <summary>A timestamp of the clock.</summary>
    public long QueuedAt { get; } = queuedAt;

    /// <summary>The next one in the queue; the queue's lock guards it.</summary>
    public PendingCommit? Next { get; set; }

    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>Takes it out for committing; false if the caller has taken it back.</summary>
    public bool TryTake()
    {
        if (Interlocked.CompareExchange(ref _state, Taken, Waiting) != Waiting)
            return false;
        Cancellation.Unregister();
        return true;
    }

    /// <summary>The caller takes it back, if it is not under way yet. It keeps its place in the queue until it is met there.</summary>
    public void Withdraw(CancellationToken cancellation)
    {
        if (Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting)
            TrySetCanceled(cancellation);
    }
}
