namespace StyleShare.Streams;

/// <summary>Wakes one loop; nudges that come while it is awake are one.</summary>
internal sealed class Nudge(TimeProvider clock)
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => _next.TrySetResult();

    /// <summary>Ends at a nudge, after this time, or when cancelled. Look at what there is afterwards, not at why.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        await _next.Task.WaitAsync(atMost, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_next.Task.IsCompleted)
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
