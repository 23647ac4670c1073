using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// A [ReadOnly] call that runs on its caller's thread, as a turn of its own of the callee: when the activation is here and
/// nothing in it runs or waits, queueing the call would give the same order of turns at ten times the price. What the
/// caller can tell from the other way: nothing. The callee sees the request context and no other ambient state of the
/// caller, its changes do not leak back, awaits go on in the callee's turns, and exceptions come in the answer. Only the
/// synchronous part takes the caller's time instead of another thread's. Calls within such calls queue after a few.
/// </summary>
internal readonly ref struct InlineTurn
{
    private const int MaxDepth = 8;

    private readonly Activation _activation;
    private readonly ExecutionContext _outerContext;
    private readonly TurnScope _scope;

    private InlineTurn(Activation activation, ExecutionContext outerContext, IMessage request)
    {
        _activation = activation;
        _outerContext = outerContext;
        if (!ReferenceEquals(outerContext, TurnThread.CleanContext))
            ExecutionContext.Restore(TurnThread.CleanContext);
        if (request.Header.Context is { } context)
            RequestContext.Current = context;
        TurnThread.OfThisThread.InlineDepth++;
        _scope = new TurnScope(activation);
    }

    public object Instance => _activation.GrainInstance!;

    public static bool TryEnter(Activation? activation, IMessage request, out InlineTurn turn)
    {
        turn = default;
        if (activation is null
            || request.Method.TakesToken
            || TurnThread.OfThisThread.InlineDepth >= MaxDepth
            || !TurnMark.IsSupported
            // Null where the caller suppressed the flow, which we could not give back to it.
            || ExecutionContext.Capture() is not { } context
            || !activation.TryEnterInline())
            return false;

        turn = new InlineTurn(activation, context, request);
        return true;
    }

    /// <summary>The call is not done: it goes on in turns of the activation.</summary>
    public void Leave<T>(Request<T> request, ValueTask<T> call)
    {
        _activation.BeginInline(request);
        _activation.SpendTurnContext();
        _ = request.Finish(call, _activation);
        Leave();
    }

    public void Leave()
    {
        _scope.Dispose();
        TurnThread.OfThisThread.InlineDepth--;
        if (!ReferenceEquals(ExecutionContext.Capture(), _outerContext))
            ExecutionContext.Restore(_outerContext);
        _activation.LeaveInline();
    }
}

internal sealed partial class Activation
{
    // Makes the caller the owner of the activation's turns, if it is idle.
    public bool TryEnterInline()
    {
        if (_state != ActivationState.Valid || _isScheduled || Class.HasFilters)
            return false;

        EnterGate();
        var idle = _state == ActivationState.Valid
            && !_isScheduled
            && _exclusiveCount == 0
            && _waiting is not { Count: > 0 };
        if (idle)
            _isScheduled = true;
        ExitGate();
        return idle;
    }

    public void BeginInline(IMessage request)
    {
        Begin(request);
        AddRunning(request);
    }

    public void LeaveInline()
    {
        LastUsed = Class.Silo.Clock.Milliseconds;
        EnterGate();
        var more = _first.Target is not null || _mayUnblock;
        if (!more)
            EndBurst();
        else if (_first.Target is null)
            _first = new WorkItem(UnblockCallback, this);
        ExitGate();
        if (more)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
