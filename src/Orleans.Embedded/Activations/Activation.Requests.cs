using System.Diagnostics;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Embedded;

// Which requests run, and when: one at a time unless attributes, the request's call chain or the class say otherwise.
internal sealed partial class Activation
{
    // Everything below that says "gate" is written by the turn's owner within the gate, for the watchdog reads it there.
    private RequestQueue? _waiting;
    private List<IMessage>? _running;
    private IMessage? _executing;
    private int _exclusiveCount;
    private int _readerCount;
    private int _interleavedCount;
    private bool _mayUnblock;
    private bool _isWatched;

    private bool IsRunningRequests => _exclusiveCount + _readerCount + _interleavedCount != 0;

    /// <summary>Takes a request on; false if this activation has ended and the request must find another.</summary>
    public bool TryReceive(IMessage request)
    {
        EnterGate();
        if (_state == ActivationState.Invalid)
        {
            ExitGate();
            return false;
        }

        if (QueueLength >= Class.MaxQueueLength && !request.IsTimerTick)
        {
            ExitGate();
            request.Fail(new LimitExceededException($"{GrainId} has {Class.MaxQueueLength} requests waiting and takes no more for now."));
            return true;
        }

        var wake = Add(new WorkItem(request, null));
        ExitGate();
        if (wake)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>For the choice between workers of a group.</summary>
    public int Load => QueueLength + _exclusiveCount + _readerCount + (_isScheduled ? 1 : 0);

    private int QueueLength => (_first.Target is null ? 0 : 1) + (_more?.Count ?? 0) + (_waiting?.Count ?? 0);

    /// <summary>A request that did not finish in its first turn has now finished.</summary>
    public void Finish(IMessage request)
    {
        if (_running is not null)
        {
            EnterGate();
            _running.Remove(request);
            ExitGate();
        }

        End(request);
        _mayUnblock = true;
    }

    /// <summary>A request threw. If it was over the version of its state, the next call is to load it anew.</summary>
    public void Fail(IMessage request, Exception exception)
    {
        if (exception is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, exception, "The state in memory is not the one in the storage."));
        }

        request.Fail(exception);
    }

    // A request's first turn.
    private void Receive(IMessage request)
    {
        if (MayRun(request))
        {
            Run(request);
            return;
        }

        EnterGate();
        var forward = _state == ActivationState.Invalid;
        if (!forward)
            (_waiting ??= new RequestQueue()).Add(request);
        ExitGate();
        if (forward)
            Class.Silo.Messages.Forward(request);
    }

    private void Run(IMessage request)
    {
        if (request.IsDone)
            return;
        if (IsLongOverdue(request))
        {
            Class.Silo.Watchdog.TimeOut(request, this);
            return;
        }

        Begin(request);
        if (request.Header.Context is { } context)
            RequestContext.Current = context;

        _executing = request;
        var instance = GrainInstance!;
        var done = (Class.HasFilters || request.Header.Context is { IsTraced: true }) && !request.IsTimerTick ? RunFiltered(request, instance) : request.Run(this, instance);
        _executing = null;

        if (done)
        {
            End(request);
            return;
        }

        SpendTurnContext();
        if (request.Header.IsRunning)
            AddRunning(request);
    }

    // Its caller has long given up, or will with the watchdog's next look: it waited where the watchdog does not see it.
    private bool IsLongOverdue(IMessage request)
    {
        var clock = Class.Silo.Clock;
        var waited = clock.Milliseconds - request.Header.SentAt;
        return waited > clock.Period && !request.IsTimerTick
            && waited > request.Header.Target.Shared.TimeoutOf(request) + clock.Period;
    }

    private bool RunFiltered(IMessage request, object instance)
    {
        _ = Invoke(new IncomingCall(request, this, instance));
        return false;

        async Task Invoke(IncomingCall call)
        {
            using var activity = CallTracing.StartServer(request, call);
            try
            {
                await call.Invoke();
                request.Complete(call.Result);
            }
            catch (Exception exception)
            {
                CallTracing.Fail(activity, exception);
                Fail(request, exception);
            }

            Finish(request);
        }
    }

    private void Begin(IMessage request)
    {
        request.Header.IsRunning = true;
        if (request.Method.IsReadOnly)
            _readerCount++;
        else if (request.Method.IsAlwaysInterleave)
            _interleavedCount++;
        else
            _exclusiveCount++;
    }

    private void End(IMessage request)
    {
        Debug.Assert(request.Header.IsRunning, "A request ends once.");
        request.Header.IsRunning = false;
        if (request.KeepsAlive)
            LastUsed = Class.Silo.Clock.Milliseconds;
        if (request.Method.IsReadOnly)
            _readerCount--;
        else if (request.Method.IsAlwaysInterleave)
            _interleavedCount--;
        else
            _exclusiveCount--;
        if (_state == ActivationState.Stopping)
            _mayUnblock = true;
    }

    private void AddRunning(IMessage request)
    {
        EnterGate();
        (_running ??= new List<IMessage>(2)).Add(request);
        ExitGate();
    }
}
