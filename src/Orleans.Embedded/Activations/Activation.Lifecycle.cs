using Orleans.Runtime;

namespace Orleans.Embedded;

// From the first turn to the first call.
internal sealed partial class Activation
{
    private static readonly SendOrPostCallback ActivateCallback = static state => ((Activation)state!).BeginActivation();

    // The turn itself does nothing: what may now run is looked for after each turn.
    private static readonly SendOrPostCallback UnblockCallback = static state => ((Activation)state!)._mayUnblock = true;

    private volatile ActivationState _state;

    public ActivationState State => _state;

    /// <summary>Has the first turn run; called once, by whoever put the activation into the directory.</summary>
    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    public GrainLifecycle LifecycleOfActivation => ExtrasOrNew.Lifecycle ??= new GrainLifecycle();

    private void WatchInGate()
    {
        if (_isWatched)
            return;
        _isWatched = true;
        Class.Silo.Watchdog.Watch(this);
    }

    private void BeginActivation()
    {
        // The silo was killed before it came up.
        if (_state == ActivationState.Invalid)
            return;
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
        var isAbandoned = _state == ActivationState.Invalid;
        if (!isAbandoned)
            _state = _extras?.StopReason is null ? ActivationState.Valid : ActivationState.Stopping;
        if (_state == ActivationState.Stopping)
            WatchInGate();
        ExitGate();
        if (isAbandoned)
            return;
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
}
