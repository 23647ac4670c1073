using System.ComponentModel;

namespace Orleans.Embedded;

/// <summary>A call with a result.</summary>
/// <typeparam name="T">Of the result.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request<T> : Request
{
    // The caller's continuation never runs inside the callee's turn.
    private readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<T> Task => _promise.Task;

    internal sealed override bool IsDone => _promise.Task.IsCompleted;

    internal sealed override void WhenDone(Action<object?> action, object state) => _ = _promise.Task.ContinueWith(
        (_, s) => action(s), state, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Calls the method with the arguments.</summary>
    protected abstract ValueTask<T> Call(object target);

    internal sealed override bool Run(Activation activation, object instance)
    {
        ValueTask<T> call;
        try
        {
            call = Call(instance);
            if (call.IsCompleted)
            {
                _promise.TrySetResult(call.GetAwaiter().GetResult());
                return true;
            }
        }
        catch (Exception exception)
        {
            _promise.TrySetException(exception);
            return true;
        }

        _ = Finish(call, activation);
        return false;
    }

    // Reads in place of Run when the caller's thread may run the call itself: a finished call answers with its own task.
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
            _promise.TrySetResult(await call);
        }
        catch (Exception exception)
        {
            _promise.TrySetException(exception);
        }

        activation.Finish(this);
    }

    internal sealed override async ValueTask<object?> Invoke(object instance) => await Call(instance);

    internal sealed override bool Complete(object? result) => _promise.TrySetResult(result is T value ? value : default!);

    internal sealed override bool Fail(Exception exception) => _promise.TrySetException(exception);

    internal sealed override bool Cancel(CancellationToken token) => _promise.TrySetCanceled(token);
}

/// <summary>A call without a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VoidRequest : Request
{
    private readonly TaskCompletionSource _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Task => _promise.Task;

    internal override bool IsDone => _promise.Task.IsCompleted;

    internal sealed override void WhenDone(Action<object?> action, object state) => _ = _promise.Task.ContinueWith(
        (_, s) => action(s), state, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Calls the method with the arguments.</summary>
    protected abstract ValueTask Call(object target);

    internal sealed override bool Run(Activation activation, object instance)
    {
        ValueTask call;
        try
        {
            call = Call(instance);
            if (call.IsCompleted)
            {
                call.GetAwaiter().GetResult();
                _promise.TrySetResult();
                return true;
            }
        }
        catch (Exception exception)
        {
            _promise.TrySetException(exception);
            return true;
        }

        _ = Finish(call, activation);
        return false;
    }

    internal bool TryRun(object instance, out ValueTask call)
    {
        try
        {
            call = Call(instance);
        }
        catch (Exception exception)
        {
            call = ValueTask.FromException(exception);
        }

        return call.IsCompleted;
    }

    internal async Task Finish(ValueTask call, Activation activation)
    {
        try
        {
            await call;
            _promise.TrySetResult();
        }
        catch (Exception exception)
        {
            _promise.TrySetException(exception);
        }

        activation.Finish(this);
    }

    internal sealed override async ValueTask<object?> Invoke(object instance)
    {
        await Call(instance);
        return null;
    }

    internal sealed override bool Complete(object? result) => _promise.TrySetResult();

    internal sealed override bool Fail(Exception exception) => _promise.TrySetException(exception);

    internal sealed override bool Cancel(CancellationToken token) => _promise.TrySetCanceled(token);
}
