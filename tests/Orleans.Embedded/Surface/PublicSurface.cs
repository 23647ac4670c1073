using System.Reflection;

namespace EngineTests.Surface;

/// <summary>
/// Prints what users of an assembly can see, a line for each type, base type, interface and member, as the listing of
/// the real packages' API is printed: <c>Type.ToString()</c> and <c>MemberInfo.ToString()</c> of what is declared
/// public or protected; properties with their visible accessors; operators and accessor methods left out.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static IEnumerable<string> Of(IEnumerable<Type> types) =>
        types.Where(IsVisible).SelectMany(Of).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Of(Type type)
    {
        yield return $"{type}";
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            yield return $"{type} : {parent}";
        foreach (var contract in type.GetInterfaces().Where(IsVisible)) yield return $"{type} : {contract}";
        foreach (var member in type.GetMembers(Declared))
            if (Print(member) is { } line)
                yield return $"{type} :: {line}";
    }

    private static string? Print(MemberInfo member) => member switch
    {
        ConstructorInfo made => IsVisible(made) ? $"{made}" : null,
        MethodInfo method => IsVisible(method) && !method.IsSpecialName ? $"{method}" : null,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly ? $"{field}" : null,
        PropertyInfo property => Print(property),
        EventInfo raised => raised.AddMethod is { } add && IsVisible(add) ? $"{raised}" : null,
        _ => null
    };

    private static string? Print(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsVisible(getter) ? "get;" : "";
        var set = property.SetMethod is { } setter && IsVisible(setter) ? "set;" : "";
        return get.Length + set.Length == 0 ? null : $"{property} {{{get}{set}}}";
    }

    private static bool IsVisible(MethodBase method) =>
        !(method.IsConstructor && method.IsStatic) && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static bool IsVisible(Type type) =>
        type.IsNested
            ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
            : type.IsPublic;
}
