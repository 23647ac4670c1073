using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Orleans.Embedded;

/// <summary>What is known of a type of exception: its name, its fields and how one is made.</summary>
internal sealed class ExceptionShape
{
    // Names come from other silos; only those of types that are there are kept.
    private static readonly ConcurrentDictionary<string, ExceptionShape> ByName = new();
    private static readonly ConcurrentDictionary<Type, ExceptionShape> ByType = new();

    private static readonly Type[][] Signatures = [[typeof(string), typeof(Exception)], [typeof(string)], []];

    private readonly Type _type;
    private readonly ConstructorInfo? _constructor;

    private ExceptionShape(Type type)
    {
        _type = type;
        Fields = CodecRegistry.FieldsOf(type);
        Name = Fields is null ? $"{type.FullName}, {type.Assembly.GetName().Name}" : TypeNames.NameOf(type);
        _constructor = Signatures
            .Select(signature => type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, signature))
            .FirstOrDefault(found => found is not null);
    }

    public string Name { get; }

    /// <summary>Null if it has no serializer.</summary>
    public ExceptionFields? Fields { get; }

    public static ExceptionShape Of(Type type) => ByType.GetOrAdd(type, static type => new ExceptionShape(type));

    /// <summary>The shape of a type that is loaded here; null if none of the name is. Nothing is loaded for it.</summary>
    public static ExceptionShape? Find(string name)
    {
        if (ByName.TryGetValue(name, out var found))
            return found;
        if ((TypeNames.FindAdded(name) ?? FindLoaded(name)) is not { IsAbstract: false, ContainsGenericParameters: false } type
            || !type.IsAssignableTo(typeof(Exception)))
            return null;
        return ByName.GetOrAdd(name, Of(type));
    }

    public static IReadOnlyList<Exception> CausesOf(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions,
        { InnerException: { } inner } => [inner],
        _ => [],
    };

    /// <summary>Has an exception say where it was thrown, in the silo that it came from.</summary>
    public static void SetStack(Exception exception, string? stack)
    {
        if (!string.IsNullOrEmpty(stack))
            ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
    }

    // Where others make their texts of more than what they were given, that is what is kept; it would be added twice.
    public string? MessageOf(Exception exception)
    {
        if (Fields is not null || exception is AggregateException)
            return Message(exception);
        try
        {
            return exception.Message;
        }
        catch (Exception)
        {
            return Message(exception);
        }
    }

    public Exception Make(string? message, List<Exception> causes)
    {
        if (_type == typeof(AggregateException))
            return new AggregateException(message, causes);
        object?[]? arguments = _constructor?.GetParameters().Length switch
        {
            2 => [message, causes.Count == 0 ? null : causes[0]],
            1 => [message],
            _ => null,
        };
        try
        {
            if (_constructor is not null)
                return (Exception)_constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        catch (Exception)
        {
            // One whose constructor wants something else is made without it.
        }

        return (Exception)RuntimeHelpers.GetUninitializedObject(_type);
    }

    /// <summary>Gives an exception the text and the cause that it came with, whatever its constructor made of them.</summary>
    public void Complete(Exception made, string? message, List<Exception> causes)
    {
        if (message is not null)
            Message(made) = message;
        if (made is not AggregateException)
            Cause(made) = causes.Count == 0 ? null : causes[0];
    }

    private static Type? FindLoaded(string name)
    {
        var comma = name.LastIndexOf(", ", StringComparison.Ordinal);
        // Brackets would have types found, and loaded, for generic arguments.
        if (comma <= 0 || name.Contains('[', StringComparison.Ordinal))
            return null;
        var assembly = Array.Find(
            AppDomain.CurrentDomain.GetAssemblies(), loaded => name.AsSpan(comma + 2).SequenceEqual(loaded.GetName().Name));
        return assembly?.GetType(name[..comma], throwOnError: false);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? Message(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? Cause(Exception exception);
}
