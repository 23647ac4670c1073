using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans;

/// <summary>A call, as filters see it.</summary>
public interface IGrainCallContext
{
    /// <summary>The call.</summary>
    IInvokable Request { get; }

    /// <summary>The instance that is called (incoming), or the reference (outgoing).</summary>
    object Grain { get; }

    /// <summary>Who calls, if a grain does.</summary>
    GrainId? SourceId { get; }

    /// <summary>Who is called.</summary>
    GrainId TargetId { get; }

    /// <summary>The interface that the call goes through.</summary>
    GrainInterfaceType InterfaceType { get; }

    /// <summary>Its name.</summary>
    string InterfaceName { get; }

    /// <summary>The method's name.</summary>
    string MethodName { get; }

    /// <summary>The interface's method.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>The result, once <see cref="Invoke"/> has returned; filters may replace it.</summary>
    object? Result { get; set; }

    /// <summary>Goes on: to the next filter, and in the end to the grain.</summary>
    Task Invoke();
}

/// <summary>A call that arrived at a grain.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>The activation that is called.</summary>
    IGrainContext TargetContext { get; }

    /// <summary>The class' method.</summary>
    MethodInfo ImplementationMethod { get; }
}

/// <summary>A call that is about to leave.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    /// <summary>The activation that calls; null for a client.</summary>
    IGrainContext? SourceContext { get; }
}

/// <summary>Stands around calls to grains: of all grains if registered with the silo, of one class if the class implements it.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Sees a call; goes on with <see cref="IGrainCallContext.Invoke"/>.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>Stands around calls from a silo's grains and clients.</summary>
public interface IOutgoingGrainCallFilter
{
    /// <summary>Sees a call; goes on with <see cref="IGrainCallContext.Invoke"/>.</summary>
    Task Invoke(IOutgoingGrainCallContext context);
}

/// <summary>An <see cref="IIncomingGrainCallFilter"/> in one function.</summary>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);

/// <summary>An <see cref="IOutgoingGrainCallFilter"/> in one function.</summary>
public delegate Task OutgoingGrainCallFilterDelegate(IOutgoingGrainCallContext context);
