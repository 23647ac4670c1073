using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>A timer of an activation. Its tick is a request that the activation sends to itself, and never two at a time.</summary>
internal abstract class GrainTimer : VoidRequest, IGrainTimer
{
    private static readonly MethodDescriptor InTurn = new(typeof(IGrainTimer), "Timer", CallOptions.None, 0);
    private static readonly MethodDescriptor Interleaved = new(typeof(IGrainTimer), "Timer", CallOptions.AlwaysInterleave, 0);

    private readonly Activation _activation;
    private readonly MethodDescriptor _method;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _isTicking;
    private bool _isChanged;
    private bool _isDisposed;

    protected GrainTimer(Activation activation, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, options.Period);
        _activation = activation;
        _method = options.Interleave ? Interleaved : InTurn;
        KeepsAlive = options.KeepAlive;
        _period = options.Period;
        _timer = activation.Class.Silo.TimeProvider.CreateTimer(
            static state => ((GrainTimer)state!).Due(), this, options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public override MethodDescriptor Method => _method;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, period);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _period = period;
            // A tick under way will not set its own next time then.
            _isChanged = _isTicking;
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    void IDisposable.Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _timer.Dispose();
        _stop.Cancel();
        _activation.Forget(this);
    }

    internal override bool IsTimerTick => true;

    internal override bool KeepsAlive { get; }

    // The same request ticks again and again.
    internal override bool IsDone => _isDisposed;

    protected abstract Task Tick(CancellationToken token);

    protected sealed override async ValueTask CallVoid(object target)
    {
        try
        {
            await Tick(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It was told to stop.
        }
        catch (Exception exception)
        {
            _activation.Class.Silo.Log.TimerFailed(_activation.GrainId, exception);
        }

        SetNext();
    }

    private void Due()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            // Changed to a time within the tick: it comes after it.
            if (_isTicking)
            {
                _timer.Change(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }

            _isTicking = true;
        }

        _activation.TryReceive(this);
    }

    private void SetNext()
    {
        lock (_lock)
        {
            _isTicking = false;
            if (!_isDisposed && !_isChanged)
                _timer.Change(_period > TimeSpan.Zero || _period == Timeout.InfiniteTimeSpan ? _period : TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan);
            _isChanged = false;
        }
    }

    private static void Check(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
    }
}

/// <summary>A timer with the state that its callback gets.</summary>
internal sealed class GrainTimer<TState>(
    Activation activation, GrainTimerCreationOptions options, Func<TState, CancellationToken, Task> callback, TState state)
    : GrainTimer(activation, options)
{
    protected override Task Tick(CancellationToken token) => callback(state, token);
}

internal sealed partial class Activation
{
    public IGrainTimer RegisterTimer<TState>(Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer<TState>(this, options, callback, state);
        var extras = ExtrasOrNew;
        lock (extras)
            (extras.Timers ??= []).Add(timer);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        var extras = ExtrasOrNew;
        lock (extras)
            extras.Timers?.Remove(timer);
    }

    private void StopTimers()
    {
        if (_extras?.Timers is null)
            return;
        GrainTimer[] timers;
        lock (_extras)
            timers = [.. _extras.Timers];
        foreach (IDisposable timer in timers)
            timer.Dispose();
    }
}
