using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>A call: the method and its arguments.</summary>
public interface IInvokable : IDisposable
{
    /// <summary>What it is called on.</summary>
    object? GetTarget();

    /// <summary>How many arguments there are.</summary>
    int GetArgumentCount();

    /// <summary>An argument.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none of this index.</exception>
    object? GetArgument(int index);

    /// <summary>Replaces an argument.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none of this index.</exception>
    void SetArgument(int index, object value);

    /// <summary>The method's name.</summary>
    string GetMethodName();

    /// <summary>The full name of the interface that declares it.</summary>
    string GetInterfaceName();

    /// <summary>Interface and method, for traces.</summary>
    string GetActivityName();

    /// <summary>The method.</summary>
    MethodInfo GetMethod();

    /// <summary>The interface that declares it.</summary>
    Type GetInterfaceType();

    /// <summary>How long its callers wait, if it says so itself.</summary>
    TimeSpan? GetDefaultResponseTimeout();
}
