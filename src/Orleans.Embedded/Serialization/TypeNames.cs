using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Types by the names that they have on the wire: an <c>[Alias]</c>, a short name of the framework's, or the full name;
/// <c>name&lt;argument,argument&gt;</c> for a generic one and <c>name[]</c> for an array. Names find types with a codec only.
/// </summary>
internal static class TypeNames
{
    // Names come from other silos: what they make of generic types is bounded.
    private const int MaxFound = 10_000;
    private const int MaxDepth = 8;

    private static readonly ConcurrentDictionary<string, Type> Types = new(BuiltInCodecs.Names.Select(pair => KeyValuePair.Create(pair.Value, pair.Key)));
    private static readonly ConcurrentDictionary<Type, string> Names = new(BuiltInCodecs.Names);
    private static readonly ConcurrentDictionary<string, Type> Found = new();

    /// <summary>Has a type found by its name.</summary>
    /// <exception cref="OrleansConfigurationException">Another type has that name.</exception>
    public static void Add(Type type)
    {
        var name = NameOf(type);
        if (Types.GetOrAdd(name, type) is var known && known != type)
            throw new OrleansConfigurationException($"'{name}' stands for {known} and {type} in messages: give one of them an [Alias] of its own.");
    }

    /// <summary>The name of a type, whether or not it has a codec.</summary>
    public static string NameOf(Type type) => Names.GetOrAdd(type, static type =>
    {
        if (type.IsSZArray)
            return $"{NameOf(type.GetElementType()!)}[]";
        if (type.IsConstructedGenericType)
            return $"{NameOf(type.GetGenericTypeDefinition())}<{string.Join(',', type.GetGenericArguments().Select(NameOf))}>";
        return type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.FullName ?? type.Name;
    });

    /// <summary>The type of a name.</summary>
    /// <exception cref="WireFormatException">No type with a codec has it.</exception>
    public static Type Find(string name)
    {
        if ((Types.TryGetValue(name, out var type) && !type.IsGenericTypeDefinition) || Found.TryGetValue(name, out type))
            return type;
        var rest = name.AsSpan();
        if (Parse(ref rest, 0) is { } parsed && rest.IsEmpty)
        {
            if (Found.Count < MaxFound)
                Found.TryAdd(name, parsed);
            return parsed;
        }

        throw new WireFormatException($"No type that can be read here is called '{name}'.");
    }

    /// <summary>The type that was added by a name; null if none was.</summary>
    public static Type? FindAdded(string name) => Types.GetValueOrDefault(name);

    private static Type? Parse(ref ReadOnlySpan<char> text, int depth)
    {
        var end = text.IndexOfAny("<>,[");
        var name = end < 0 ? text : text[..end];
        text = text[name.Length..];
        if (depth > MaxDepth || !Types.TryGetValue(name.ToString(), out var type))
            return null;
        if (type.IsGenericTypeDefinition)
        {
            if (Construct(type, ref text, depth) is not { } constructed)
                return null;
            type = constructed;
        }

        while (text.StartsWith("[]"))
        {
            type = type.MakeArrayType();
            text = text[2..];
            if (++depth > MaxDepth)
                return null;
        }

        return type;
    }

    private static Type? Construct(Type definition, ref ReadOnlySpan<char> text, int depth)
    {
        var arguments = new Type[definition.GetGenericArguments().Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (text.IsEmpty || text[0] != (i == 0 ? '<' : ','))
                return null;
            text = text[1..];
            if (Parse(ref text, depth + 1) is not { } argument)
                return null;
            arguments[i] = argument;
        }

        if (text.IsEmpty || text[0] != '>')
            return null;
        text = text[1..];
        try
        {
            return definition.MakeGenericType(arguments);
        }
        catch (ArgumentException)
        {
            // Arguments that the definition's constraints forbid.
            return null;
        }
    }
}
