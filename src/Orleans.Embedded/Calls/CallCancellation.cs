namespace Orleans.Embedded;

/// <summary>
/// Cancellation of a call under way: the caller learns of it at once, whether or not the callee has begun; the callee sees
/// it by the same token, which within a process is simply passed on.
/// </summary>
internal static class CallCancellation
{
    // False if the call was over before it began.
    public static bool Begin(Request request)
    {
        var token = request.CancellationToken;
        if (token.IsCancellationRequested)
        {
            request.Cancel(token);
            return false;
        }

        var registration = token.UnsafeRegister(static (state, token) => ((Request)state!).Cancel(token), request);
        request.WhenDone(static state => ((CancellationTokenRegistration)state!).Unregister(), registration);
        return true;
    }
}
