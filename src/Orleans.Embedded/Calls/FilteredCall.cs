using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>A call on its way through filters; each may go on, change the result, fail, or answer by itself.</summary>
internal abstract class FilteredCall(IMessage message) : IGrainCallContext
{
    private int _stage;

    public IInvokable Request => message;

    public abstract object Grain { get; }

    public GrainId? SourceId => message.Header.SourceId;

    public GrainId TargetId => message.Header.Target.GrainId;

    public GrainInterfaceType InterfaceType => message.Header.Target.InterfaceType;

    public string InterfaceName => message.Header.Target.InterfaceName;

    public string MethodName => message.Method.Name;

    public MethodInfo InterfaceMethod => message.Method.Method;

    public object? Result { get; set; }

    protected IMessage Message => message;

    protected abstract int FilterCount { get; }

    public async Task Invoke()
    {
        var stage = _stage++;
        try
        {
            if (stage < FilterCount)
                await InvokeFilter(stage);
            else
                Result = await InvokeMethod();
        }
        finally
        {
            // So that a filter may call Invoke again: a retry.
            _stage = stage;
        }
    }

    protected abstract Task InvokeFilter(int index);

    protected abstract ValueTask<object?> InvokeMethod();
}

/// <summary>A call inside its activation: the silo's filters in their order, then the grain's own.</summary>
internal sealed class IncomingCall(IMessage message, Activation activation, object instance)
    : FilteredCall(message), IIncomingGrainCallContext
{
    private readonly IIncomingGrainCallFilter[] _filters = activation.Class.Silo.IncomingFilters;
    private readonly IIncomingGrainCallFilter? _own = instance as IIncomingGrainCallFilter;

    public override object Grain => instance;

    public IGrainContext TargetContext => activation;

    public MethodInfo ImplementationMethod => activation.Class.ImplementationOf(InterfaceMethod);

    protected override int FilterCount => _filters.Length + (_own is null ? 0 : 1);

    protected override Task InvokeFilter(int index) => index < _filters.Length ? _filters[index].Invoke(this) : _own!.Invoke(this);

    protected override ValueTask<object?> InvokeMethod() => Message.Invoke(instance);
}

/// <summary>A call that leaves: the filters of the silo or client, then the sending.</summary>
internal sealed class OutgoingCall(IMessage message, IOutgoingGrainCallFilter[] filters, Func<IMessage, Task<object?>> send)
    : FilteredCall(message), IOutgoingGrainCallContext
{
    public override object Grain => Message.Header.Target;

    public IGrainContext? SourceContext => Message.Header.Sender;

    protected override int FilterCount => filters.Length;

    protected override Task InvokeFilter(int index) => filters[index].Invoke(this);

    protected override async ValueTask<object?> InvokeMethod() => await send(Message);
}

/// <summary>A filter made of a function.</summary>
internal sealed class IncomingFilterFunction(IncomingGrainCallFilterDelegate function) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) => function(context);
}

/// <summary>A filter made of a function.</summary>
internal sealed class OutgoingFilterFunction(OutgoingGrainCallFilterDelegate function) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context) => function(context);
}
