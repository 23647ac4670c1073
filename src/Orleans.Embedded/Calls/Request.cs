using System.ComponentModel;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>
/// One call on its way: the message envelope, the arguments (in generated subclasses) and the caller's promise in one
/// object. It is done once: by the callee's answer, the timeout, the caller's cancellation or a refusal, whichever is first.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request : IInvokable
{
    /// <summary>The method.</summary>
    public abstract MethodDescriptor Method { get; }

    internal GrainReference? Target { get; set; }

    internal Activation? Sender { get; set; }

    internal RequestContextData? Context { get; set; }

    // Silo's coarse clock, in milliseconds; wraps.
    internal int SentAt { get; set; }

    internal byte ForwardCount { get; set; }

    // Counted in its activation as running beyond the first turn.
    internal bool IsRunning { get; set; }

    internal virtual bool IsTimerTick => false;

    // Whether it counts as use of the activation, which puts its collection off.
    internal virtual bool KeepsAlive => true;

    /// <summary>The cancellation token among the arguments, if there is one.</summary>
    public virtual CancellationToken CancellationToken
    {
        get => CancellationToken.None;
        set => throw new NotSupportedException("The method takes no cancellation token.");
    }

    internal abstract bool IsDone { get; }

    internal abstract void WhenDone(Action<object?> action, object state);

    /// <inheritdoc/>
    public virtual int GetArgumentCount() => 0;

    /// <inheritdoc/>
    public virtual object? GetArgument(int index) => throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public virtual void SetArgument(int index, object value) => throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public object? GetTarget() => Target;

    /// <inheritdoc/>
    public string GetMethodName() => Method.Name;

    /// <inheritdoc/>
    public string GetInterfaceName() => Method.Interface.FullName ?? Method.Interface.Name;

    /// <inheritdoc/>
    public string GetActivityName() => $"{Method.Interface.Name}/{Method.Name}";

    /// <inheritdoc/>
    public MethodInfo GetMethod() => Method.Method;

    /// <inheritdoc/>
    public Type GetInterfaceType() => Method.Interface;

    /// <inheritdoc/>
    public TimeSpan? GetDefaultResponseTimeout() =>
        Method.TimeoutMilliseconds == 0 ? null : TimeSpan.FromMilliseconds(Method.TimeoutMilliseconds);

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);

    // Calls the method, in a turn of the activation. True if it is done; if not, it will call Activation.Finish.
    internal abstract bool Run(Activation activation, object instance);

    // Calls the method past the promise, for filters, which may look at the result and change it.
    internal abstract ValueTask<object?> Invoke(object instance);

    internal virtual void OnTimedOut()
    {
    }

    // The three ways to be done; false if it was already.
    internal abstract bool Complete(object? result);

    internal abstract bool Fail(Exception exception);

    internal abstract bool Cancel(CancellationToken token);
}
