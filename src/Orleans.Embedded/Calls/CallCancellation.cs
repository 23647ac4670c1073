namespace Orleans.Embedded;

/// <summary>
/// Cancellation of a call under way. The caller learns of it at once, whether or not the callee has begun; the callee has a
/// token of its own, which is cancelled in a turn of the callee: when the caller's is, and when the caller gave up waiting.
/// </summary>
internal sealed class CallCancellation : CancellationTokenSource
{
    private readonly IMessage _message;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenRegistration _registration;

    private CallCancellation(IMessage message, CancellationToken caller)
    {
        _message = message;
        _caller = caller;
        _registration = caller.UnsafeRegister(static state => ((CallCancellation)state!).OnCallerCancelled(), this);
    }

    /// <summary>Gives the callee its token; false if the call was over before it began.</summary>
    public static bool Begin(IMessage message)
    {
        var caller = message.CancellationToken;
        if (caller.IsCancellationRequested)
        {
            message.Cancel(caller);
            return false;
        }

        var cancellation = new CallCancellation(message, caller);
        message.CancellationToken = cancellation.Token;
        message.WhenDone(static (state, failure) => ((CallCancellation)state).OnDone(failure), cancellation);
        return true;
    }

    private void OnCallerCancelled() => _message.Cancel(_caller);

    private void OnDone(Exception? failure)
    {
        _registration.Unregister();
        if (_caller.IsCancellationRequested || failure is TimeoutException)
            CancelInTurn();
    }

    private void CancelInTurn()
    {
        SendOrPostCallback cancel = static state => ((CallCancellation)state!).Cancel();
        if (_message.Header.Target.Cached is { } activation)
            activation.Post(cancel, this);
        else
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.Cancel(), this, preferLocal: false);
    }
}
