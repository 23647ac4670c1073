using System.ComponentModel;
using System.Reflection;

namespace Orleans.Embedded;

/// <summary>How a method is called; values combine.</summary>
[Flags]
public enum CallOptions
{
    /// <summary>In turn, with an answer.</summary>
    None = 0,

    /// <summary>Interleaves with its like.</summary>
    ReadOnly = 1,

    /// <summary>Interleaves with everything.</summary>
    AlwaysInterleave = 2,

    /// <summary>Nobody waits for an answer.</summary>
    OneWay = 4,
}

/// <summary>What is the same for all calls of one method of a grain interface; made by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MethodDescriptor
{
    private readonly Type[] _parameters;
    private MethodInfo? _method;
    private ulong _wireId;

    /// <summary>A method; a timeout of 0 milliseconds stands for the silo's own.</summary>
    public MethodDescriptor(Type declaringInterface, string name, CallOptions options, int timeoutMilliseconds, params Type[] parameters)
    {
        Interface = declaringInterface;
        Name = name;
        Options = options;
        TimeoutMilliseconds = timeoutMilliseconds;
        _parameters = parameters;
        TakesToken = parameters.Contains(typeof(CancellationToken));
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    internal Type Interface { get; }

    internal CallOptions Options { get; }

    internal int TimeoutMilliseconds { get; }

    internal bool TakesToken { get; }

    // Looked up when a filter or a trace asks, never for a call.
    internal MethodInfo Method => _method ??= Interface.GetMethod(Name, _parameters)
        ?? throw new MissingMethodException(Interface.FullName, Name);

    /// <summary>The method in messages: the same in every silo that has the interface, the method and its parameters by these names.</summary>
    internal ulong WireId => _wireId != 0 ? _wireId : _wireId = WireHash.Of(Signature);

    internal string Signature => $"{TypeNames.NameOf(Interface)}/{Name}({string.Join(',', _parameters.Select(TypeNames.NameOf))})";

    internal bool IsReadOnly => (Options & CallOptions.ReadOnly) != CallOptions.None;

    internal bool IsAlwaysInterleave => (Options & CallOptions.AlwaysInterleave) != CallOptions.None;

    internal bool IsOneWay => (Options & CallOptions.OneWay) != CallOptions.None;
}
