using Orleans.Runtime;

namespace Orleans.Embedded;

// From the first turn to the last.
internal sealed partial class Activation
{
    private static readonly SendOrPostCallback ActivateCallback = static state => ((Activation)state!).BeginActivation();

    // The turn itself does nothing: what may now run is looked for after each turn.
    private static readonly SendOrPostCallback UnblockCallback = static state => ((Activation)state!)._mayUnblock = true;

    private static readonly SendOrPostCallback ForceStopCallback = static state => ((Activation)state!).ForceStop();

    private volatile ActivationState _state;

    public ActivationState State => _state;

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

    /// <summary>Has the first turn run; called once, by whoever put the activation into the directory.</summary>
    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

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

    public GrainLifecycle LifecycleOfActivation => ExtrasOrNew.Lifecycle ??= new GrainLifecycle();

    private bool IsIdleInGate =>
        _state == ActivationState.Valid && !_isScheduled && !IsRunningRequests && _waiting is not { Count: > 0 };

    private void WatchInGate()
    {
        if (_isWatched)
            return;
        _isWatched = true;
        Class.Silo.Watchdog.Watch(this);
    }

    private void BeginActivation()
    {
        _state = ActivationState.Activating;
        try
        {
            var claim = Class.IsStatelessWorker ? new(Class.Silo.Address) : Class.Silo.Directory.Register(this);
            if (!claim.IsCompletedSuccessfully || !claim.Result.Equals(Class.Silo.Address))
            {
                _ = AwaitClaim(claim);
                return;
            }

            if (!TryMakeInstance())
                return;
        }
        catch (Exception exception)
        {
            FailActivation(exception);
            return;
        }

        CompleteActivation();
    }

    // False if the rest takes time.
    private bool TryMakeInstance()
    {
        GrainInstance = Class.Create(this);
        if (!Class.OverridesOnActivate && _extras?.Lifecycle is null)
            return true;
        _ = ActivateAsync();
        return false;
    }

    private async Task AwaitClaim(ValueTask<SiloAddress> claim)
    {
        try
        {
            if (!(await claim).Equals(Class.Silo.Address))
            {
                // Another silo was first: it gets what waits here.
                foreach (var request in Leave())
                    Class.Silo.Messages.Forward(request);
                return;
            }

            if (!TryMakeInstance())
                return;
        }
        catch (Exception exception)
        {
            FailActivation(exception);
            return;
        }

        CompleteActivation();
    }

    private async Task ActivateAsync()
    {
        var extras = ExtrasOrNew;
        var silo = Class.Silo;
        using var limit = new CancellationTokenSource(silo.Collection.ActivationTimeout, silo.TimeProvider);
        extras.Activating = limit;
        try
        {
            if (extras.Lifecycle is { } lifecycle)
                await lifecycle.Start(limit.Token).WaitAsync(limit.Token);
            if (Class.OverridesOnActivate)
                await ((IGrainBase)GrainInstance!).OnActivateAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            FailActivation(new TimeoutException($"The activation of {GrainId} did not complete within {silo.Collection.ActivationTimeout}.", exception));
            return;
        }
        catch (Exception exception)
        {
            FailActivation(exception);
            return;
        }
        finally
        {
            extras.Activating = null;
        }

        CompleteActivation();
    }

    private void CompleteActivation()
    {
        EnterGate();
        _state = _extras?.StopReason is null ? ActivationState.Valid : ActivationState.Stopping;
        if (_state == ActivationState.Stopping)
            WatchInGate();
        ExitGate();
        Class.OnActivated(this);
        _mayUnblock = true;
    }

    private void FailActivation(Exception exception)
    {
        Class.Silo.Log.ActivationFailed(GrainId, exception);
        Class.OnActivationFailed();
        _ = FailAsync();

        async Task FailAsync()
        {
            await ReleaseInstance();
            await ReleaseClaim();
            foreach (var request in Leave())
                request.Fail(exception);
        }
    }

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
