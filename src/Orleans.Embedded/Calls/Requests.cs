using System.ComponentModel;
using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>
/// A call whose caller waits for a <typeparamref name="T"/>: the envelope, the arguments (in generated subclasses) and the
/// caller's promise in one object.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request<T> : TaskCompletionSource<T>, IMessage
{
    private MessageHeader _header;

    /// <summary>Makes a call; its caller's continuation will not run inside the callee's turn.</summary>
    protected Request()
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
    }

    /// <summary>The method.</summary>
    public abstract MethodDescriptor Method { get; }

    /// <summary>The cancellation token among the arguments, if there is one.</summary>
    public virtual CancellationToken CancellationToken
    {
        get => CancellationToken.None;
        set => throw new NotSupportedException("The method takes no cancellation token.");
    }

    ref MessageHeader IMessage.Header => ref _header;

    bool IMessage.IsDone => IsDone;

    bool IMessage.IsTimerTick => IsTimerTick;

    bool IMessage.KeepsAlive => KeepsAlive;

    internal virtual bool IsDone => Task.IsCompleted;

    internal virtual bool IsTimerTick => false;

    internal virtual bool KeepsAlive => true;

    /// <inheritdoc/>
    public virtual int GetArgumentCount() => 0;

    /// <inheritdoc/>
    public virtual object? GetArgument(int index) => throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public virtual void SetArgument(int index, object value) => throw new ArgumentOutOfRangeException(nameof(index));

    object? IInvokable.GetTarget() => _header.Target;

    string IInvokable.GetMethodName() => Method.Name;

    string IInvokable.GetInterfaceName() => Method.Interface.FullName ?? Method.Interface.Name;

    string IInvokable.GetActivityName() => $"{Method.Interface.Name}/{Method.Name}";

    MethodInfo IInvokable.GetMethod() => Method.Method;

    Type IInvokable.GetInterfaceType() => Method.Interface;

    TimeSpan? IInvokable.GetDefaultResponseTimeout() =>
        Method.TimeoutMilliseconds == 0 ? null : TimeSpan.FromMilliseconds(Method.TimeoutMilliseconds);

    void IDisposable.Dispose()
    {
        // Nothing is pooled.
    }

    bool IMessage.Run(Activation activation, object instance)
    {
        if (!TryRun(instance, out var call))
        {
            _ = Finish(call, activation);
            return false;
        }

        if (call.IsCompletedSuccessfully)
            Complete(call.Result);
        else
            activation.Fail(this, FailureOf(call));
        return true;
    }

    async ValueTask<object?> IMessage.Invoke(object instance) => await Call(instance);

    bool IMessage.Complete(object? result) => Complete(result is T value ? value : default!);

    bool IMessage.Fail(Exception exception)
    {
        if (!TrySetException(exception))
            return false;
        if (_header.Origin is RemoteOrigin origin)
        {
            // Nobody here looks at the task: it must not count as unobserved.
            _ = Task.Exception;
            origin.OnFailed(exception);
        }

        return true;
    }

    bool IMessage.Cancel(CancellationToken token)
    {
        if (!TrySetCanceled(token))
            return false;
        (_header.Origin as RemoteOrigin)?.OnCancelled();
        return true;
    }

    bool IMessage.Abandon() => TrySetCanceled();

    void IMessage.WhenDone(Action<object, Exception?> action, object state) => _ = Task.ContinueWith(
        (task, s) => action(s!, task.Exception?.InnerException), state, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    void IMessage.WriteArguments(ref WireWriter writer) => WriteArguments(ref writer);

    void IMessage.ReadArguments(ref WireReader reader)
    {
        try
        {
            ReadArguments(ref reader);
        }
        catch (Exception exception) when (exception is not WireFormatException)
        {
            // A constructor that refuses what it is given, for one.
            throw new WireFormatException($"The arguments of {((IInvokable)this).GetActivityName()} cannot be read: {exception.Message}", exception);
        }
    }

    void IMessage.WriteResult(ref WireWriter writer) => Codecs.Of<T>().Write(ref writer, Task.Result);

    void IMessage.CompleteFrom(ref WireReader reader)
    {
        T result;
        try
        {
            result = Codecs.Of<T>().Read(ref reader);
        }
        catch (Exception exception)
        {
            TrySetException(new WireFormatException(
                $"{((IInvokable)this).GetActivityName()} was called, but its result cannot be read: {exception.Message}", exception));
            return;
        }

        TrySetResult(result);
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
            Complete(await call);
        }
        catch (Exception exception)
        {
            activation.Fail(this, exception);
        }

        activation.Finish(this);
    }

    private bool Complete(T result)
    {
        if (!TrySetResult(result))
            return false;
        if (_header.Origin is RemoteOrigin origin)
            origin.OnCompleted(this);
        return true;
    }

    /// <summary>Calls the method with the arguments.</summary>
    protected abstract ValueTask<T> Call(object target);

    /// <summary>Writes the arguments one behind the other.</summary>
    protected virtual void WriteArguments(ref WireWriter writer)
    {
    }

    /// <summary>Reads what <see cref="WriteArguments"/> wrote.</summary>
    protected virtual void ReadArguments(ref WireReader reader)
    {
    }

    private static Exception FailureOf(ValueTask<T> call)
    {
        try
        {
            return new InvalidOperationException($"The call did not fail, but returned {call.GetAwaiter().GetResult()}.");
        }
        catch (Exception exception)
        {
            return exception;
        }
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

        static async ValueTask<Nothing> Await(ValueTask call)
        {
            await call;
            return default;
        }
    }
}
