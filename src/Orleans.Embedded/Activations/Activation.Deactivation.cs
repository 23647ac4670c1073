namespace Orleans.Embedded;

// From being asked to end to being gone.
internal sealed partial class Activation
{
    private static readonly SendOrPostCallback ForceStopCallback = static state => ((Activation)state!).ForceStop();

    public Task Deactivated
    {
        get
        {
            EnterGate();
            var task = _state == ActivationState.Invalid
                ? Task.CompletedTask
                : (ExtrasOrNew.Deactivated ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            ExitGate();
            return task;
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        EnterGate();
        var extras = ExtrasOrNew;
        var wake = false;
        var first = _state <= ActivationState.Valid && extras.StopReason is null;
        if (first)
        {
            extras.StopReason = deactivationReason;
            extras.StopAskedAt = Class.Silo.Clock.Milliseconds;
            if (_state == ActivationState.Valid)
            {
                _state = ActivationState.Stopping;
                wake = Add(new WorkItem(UnblockCallback, this));
                WatchInGate();
            }
        }

        ExitGate();
        if (wake)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends it if it was idle for so long and nothing asks for it to stay; false if it stays.</summary>
    public bool TryDeactivateIdle(int ageMilliseconds, DeactivationReason reason)
    {
        EnterGate();
        var idle = IsIdleInGate && Class.Silo.Clock.Milliseconds - LastUsed >= ageMilliseconds
            && (_extras is not { } extras || extras.KeepUntil <= Class.Silo.TimeProvider.GetUtcNow());
        ExitGate();
        // A call that comes in between is served by the successor.
        if (idle)
            Deactivate(reason);
        return idle;
    }

    /// <summary>Ends it where it is, as the death of its process would: its callers fail, and nobody else is told.</summary>
    public void Abandon(Exception why)
    {
        List<IMessage> left = [];
        EnterGate();
        var ended = _state == ActivationState.Invalid;
        _state = ActivationState.Invalid;
        CollectRequestsInGate(left);
        var deactivated = _extras?.Deactivated;
        ExitGate();

        StopTimers();
        if (!ended)
            Class.Remove(this);
        deactivated?.TrySetResult();
        foreach (var request in left.Where(static request => !request.IsTimerTick))
            request.Fail(why);
    }

    private bool IsIdleInGate =>
        _state == ActivationState.Valid && !_isScheduled && !IsRunningRequests && _waiting is not { Count: > 0 };

    private void ForceStop()
    {
        if (_state == ActivationState.Stopping)
        {
            Class.Silo.Log.DeactivationForced(GrainId, _executing?.GetActivityName() ?? "");
            BeginDeactivation();
        }
    }

    // Between turns: ticks under way are told, and what runs is waited for.
    private void Stop()
    {
        StopTimers();
        if (!IsRunningRequests)
            BeginDeactivation();
    }

    private void BeginDeactivation()
    {
        EnterGate();
        _state = ActivationState.Deactivating;
        ExitGate();
        _ = DeactivateAsync();
    }

    private async Task DeactivateAsync()
    {
        var silo = Class.Silo;
        var reason = ExtrasOrNew.StopReason!.Value;
        if (Class.OverridesOnDeactivate || _extras!.Lifecycle is not null)
        {
            using var limit = new CancellationTokenSource(silo.Collection.DeactivationTimeout, silo.TimeProvider);
            try
            {
                if (Class.OverridesOnDeactivate)
                    await ((IGrainBase)GrainInstance!).OnDeactivateAsync(reason, limit.Token).WaitAsync(limit.Token);
                if (_extras?.Lifecycle is { } lifecycle)
                    await lifecycle.Stop(limit.Token).WaitAsync(limit.Token);
            }
            catch (Exception exception)
            {
                silo.Log.DeactivationFailed(GrainId, exception);
            }
        }

        await ReleaseInstance();
        await ReleaseClaim();
        Class.OnDeactivated();
        foreach (var request in Leave())
            silo.Messages.Forward(request);
    }

    private async Task ReleaseInstance()
    {
        StopTimers();
        var instance = GrainInstance;
        try
        {
            if (instance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else if (instance is IDisposable disposable)
                disposable.Dispose();
            if (_extras?.Services is { } services)
                await services.DisposeAsync();
        }
        catch (Exception exception)
        {
            Class.Silo.Log.DisposeFailed(GrainId, exception);
        }
    }

    private async Task ReleaseClaim()
    {
        try
        {
            if (!Class.IsStatelessWorker)
                await Class.Silo.Directory.Unregister(this);
        }
        catch (Exception exception)
        {
            Class.Silo.Log.UnregisterFailed(GrainId, exception);
        }
    }

    // Out of the table; what is still queued is the caller's to answer. From here on TryReceive refuses.
    private List<IMessage> Leave()
    {
        var left = new List<IMessage>();
        EnterGate();
        _state = ActivationState.Invalid;
        _waiting?.CopyTo(left);
        _waiting = null;
        TakeRequests(left);
        var deactivated = _extras?.Deactivated;
        ExitGate();

        Class.Remove(this);
        GrainInstance = null;
        deactivated?.TrySetResult();
        return left;
    }

    // In the gate: requests out of the queue of turns; continuations and tasks stay and will run.
    private void TakeRequests(List<IMessage> into)
    {
        var rest = _more;
        var first = _first;
        _first = default;
        _more = null;
        Keep(first);
        while (rest is { Count: > 0 })
            Keep(rest.Dequeue());

        void Keep(WorkItem item)
        {
            if (item.Target is IMessage request)
                into.Add(request);
            else if (item.Target is not null)
                Add(item);
        }
    }
}
