namespace Orleans.Embedded;

// What may run beside what, and who runs next when something has finished.
internal sealed partial class Activation
{
    private Func<IMessage, bool>? _mayRun;

    private bool MayRun(IMessage request)
    {
        if (_state != ActivationState.Valid)
            return _state == ActivationState.Stopping && IsOfReentrantChain(request);
        if (_exclusiveCount == 0 && (_readerCount == 0 || request.Method.IsReadOnly))
            return true;
        return Class.IsReentrant
            || request.Method.IsAlwaysInterleave
            || IsOfReentrantChain(request)
            || (Class.MayInterleave is { } predicate && predicate(GrainInstance!, request));
    }

    private bool IsOfReentrantChain(IMessage request) =>
        request.Header.Context is { IsOfReentrantChain: true } context && IsInReentrantSection(context.ReentrancyId);

    // Between turns, after a request has finished or the activation has come up: who waited may now run.
    private void Unblock()
    {
        do
        {
            _mayUnblock = false;
            if (_state == ActivationState.Stopping)
                Stop();
            if (_waiting is null)
                return;

            while (TakeFirstUnblocked() is { } request)
                RunNext(request);
            var place = 0;
            while (MayOthersRun && TakeUnblocked(ref place) is { } request)
                RunNext(request);
        }
        while (_mayUnblock);
    }

    private void RunNext(IMessage request)
    {
        if (_turnContext is null)
            EnterTurnContext();
        Run(request);
        RestoreCleanContext();
    }

    private IMessage? TakeFirstUnblocked()
    {
        if (_waiting!.First is not { } request || !MayRun(request))
            return null;
        EnterGate();
        _waiting.RemoveFirst();
        ExitGate();
        return request;
    }

    // Whether it is worth the while to look behind the first that waits: some may run beside what runs now, as they would
    // have if they had come now.
    private bool MayOthersRun => _waiting is { Count: > 0 } waiting && _state is (ActivationState.Valid or ActivationState.Stopping)
        && (waiting.Interleaving > 0 || (waiting.Readers > 0 && _exclusiveCount == 0) || Class.MayInterleave is not null);

    private IMessage? TakeUnblocked(ref int place)
    {
        EnterGate();
        var request = _waiting!.Take(_mayRun ??= MayRun, ref place);
        ExitGate();
        return request;
    }
}
