namespace StyleShare.Jobs;

/// <summary>Wakes one waiter; however often it is set meanwhile, once.</summary>
internal sealed class WakeUp
{
    private readonly SemaphoreSlim _semaphore = new(0);
    private int _set;

    public void Set()
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
            _semaphore.Release();
    }

    /// <summary>Waits until it is set, or for so long.</summary>
    public async Task Wait(TimeSpan limit, CancellationToken ct)
    {
        // What is set from here on asks for another look.
        if (await _semaphore.WaitAsync(limit, ct))
            Volatile.Write(ref _set, 0);
    }
}
