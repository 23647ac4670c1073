using System.ComponentModel;

namespace Orleans.Embedded;

/// <summary>A call whose caller waits for a task of <typeparamref name="T"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request<T> : Request
{
    private readonly Task<T> _promise = Promise<T>.Create();

    internal Task<T> Task => _promise;

    internal override bool IsDone => _promise.IsCompleted;

    /// <summary>Calls the method with the arguments.</summary>
    protected abstract ValueTask<T> Call(object target);

    internal sealed override bool Run(Activation activation, object instance)
    {
        if (!TryRun(instance, out var call))
        {
            _ = Finish(call, activation);
            return false;
        }

        if (call.IsCompletedSuccessfully)
            Promise<T>.TrySetResult(_promise, call.Result);
        else
            activation.Fail(this, Failure(call));
        return true;
    }

    // True if the call is done already.
    internal bool TryRun(object instance, out ValueTask<T> call)
    {
        try
        {
            call = Call(instance);
        }
        catch (Exception exception)
        {
            call = ValueTask.FromException<T>(exception);
        }

        return call.IsCompleted;
    }

    internal async Task Finish(ValueTask<T> call, Activation activation)
    {
        try
        {
            Promise<T>.TrySetResult(_promise, await call);
        }
        catch (Exception exception)
        {
            activation.Fail(this, exception);
        }

        activation.Finish(this);
    }

    internal sealed override async ValueTask<object?> Invoke(object instance) => await Call(instance);

    internal sealed override bool Complete(object? result) => Promise<T>.TrySetResult(_promise, result is T value ? value : default);

    internal sealed override bool Fail(Exception exception) => Promise.TrySetException(_promise, exception);

    internal sealed override bool Cancel(CancellationToken token) => Promise.TrySetCanceled(_promise, token);

    internal sealed override void WhenDone(Action<object?> action, object state) => _ = _promise.ContinueWith(
        (_, s) => action(s), state, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static Exception Failure(ValueTask<T> call)
    {
        try
        {
            call.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            return exception;
        }

        throw new InvalidOperationException("The call did not fail.");
    }
}

/// <summary>What a call without a result results in.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Nothing;

/// <summary>A call without a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VoidRequest : Request<Nothing>
{
    /// <summary>Calls the method with the arguments.</summary>
    protected abstract ValueTask CallVoid(object target);

    /// <inheritdoc/>
    protected sealed override ValueTask<Nothing> Call(object target)
    {
        var call = CallVoid(target);
        if (!call.IsCompletedSuccessfully)
            return Await(call);
        call.GetAwaiter().GetResult();
        return default;
    }

    private static async ValueTask<Nothing> Await(ValueTask call)
    {
        await call;
        return default;
    }
}
