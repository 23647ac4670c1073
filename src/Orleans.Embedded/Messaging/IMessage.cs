using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>
/// The envelope of a call on its way: whom it is for, who sent it and with what context. It is done once: by the callee's
/// answer, the timeout, the caller's cancellation or a refusal, whichever is first.
/// </summary>
internal interface IMessage : IInvokable
{
    /// <summary>Addresses and state.</summary>
    ref MessageHeader Header { get; }

    /// <summary>What is called.</summary>
    MethodDescriptor Method { get; }

    /// <summary>The token among the arguments, if there is one.</summary>
    CancellationToken CancellationToken { get; set; }

    /// <summary>Whether someone has answered it.</summary>
    bool IsDone { get; }

    /// <summary>A grain's timer sent it: it has no target, no caller and no timeout.</summary>
    bool IsTimerTick { get; }

    /// <summary>Whether it counts as use of the activation, which puts its collection off.</summary>
    bool KeepsAlive { get; }

    /// <summary>Calls the method, in a turn of the activation. True if it is done; if not, it will call <see cref="Activation.Finish"/>.</summary>
    bool Run(Activation activation, object instance);

    /// <summary>Calls the method without answering: for filters, which may look at the result and change it.</summary>
    ValueTask<object?> Invoke(object instance);

    /// <summary>Answers; false if it was done already.</summary>
    bool Complete(object? result);

    /// <inheritdoc cref="Complete"/>
    bool Fail(Exception exception);

    /// <inheritdoc cref="Complete"/>
    bool Cancel(CancellationToken token);

    /// <summary>Is done with it without an answer: its caller's silo has been told to send it again.</summary>
    bool Abandon();

    /// <summary>Runs something once it is done, with what it failed of.</summary>
    void WhenDone(Action<object, Exception?> action, object state);

    /// <summary>Writes the arguments, for another silo.</summary>
    void WriteArguments(ref WireWriter writer);

    /// <summary>Reads the arguments that another silo wrote.</summary>
    /// <exception cref="WireFormatException">They cannot be read; the request must not be run.</exception>
    void ReadArguments(ref WireReader reader);

    /// <summary>Writes the result of one that completed successfully.</summary>
    void WriteResult(ref WireWriter writer);

    /// <summary>Reads the result and completes the call; fails it if the result cannot be read.</summary>
    void CompleteFrom(ref WireReader reader);
}

/// <summary>Addresses and state of a message.</summary>
internal struct MessageHeader
{
    /// <summary>The grain that is called, and through which interface.</summary>
    public GrainReference Target;

    /// <summary>The <see cref="Activation"/> that calls, or the <see cref="RemoteOrigin"/> of a call that came from another silo; null for a client here.</summary>
    public object? Origin;

    /// <summary>What travels along; null for nothing.</summary>
    public RequestContextData? Context;

    /// <summary>When it was sent, by the silo's coarse clock.</summary>
    public int SentAt;

    /// <summary>How many activations ended before they ran it.</summary>
    public byte Forwards;

    /// <summary>Its activation has begun it and not finished.</summary>
    public bool IsRunning;

    /// <summary>It was lost on its way to another silo before, surely not executed.</summary>
    public bool WasLost;

    /// <summary>The activation that calls; null for a client, and for a caller on another silo.</summary>
    public readonly Activation? Sender => Origin as Activation;

    /// <summary>The grain that calls, wherever it is; null for a client.</summary>
    public readonly GrainId? SourceId => Origin switch
    {
        Activation activation => activation.GrainId,
        RemoteOrigin origin => origin.Source,
        _ => null,
    };
}
