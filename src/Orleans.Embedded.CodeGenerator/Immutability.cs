using Microsoft.CodeAnalysis;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>Whether a type may be shared between a caller and a grain.</summary>
internal static class Immutability
{
    private static readonly HashSet<string> Leaves = new(StringComparer.Ordinal)
    {
        "System.Guid", "System.DateTime", "System.DateTimeOffset", "System.TimeSpan", "System.DateOnly", "System.TimeOnly", "System.Uri",
        "System.Version", "System.Half", "System.Int128", "System.UInt128", "System.Numerics.BigInteger", "System.Net.IPAddress",
        "System.Threading.CancellationToken", "Orleans.Runtime.GrainId", "Orleans.Runtime.GrainType", "Orleans.Runtime.IdSpan",
        "Orleans.Runtime.SiloAddress", "Orleans.Runtime.GrainAddress", "Orleans.Runtime.ActivationId", "Orleans.Runtime.GrainReference",
    };

    private static readonly HashSet<string> Containers = new(StringComparer.Ordinal)
    {
        "System.Nullable", "System.ReadOnlyMemory", "System.ValueTuple", "System.Tuple", "System.Collections.Generic.KeyValuePair",
        "System.Collections.Immutable.ImmutableArray", "System.Collections.Immutable.ImmutableList",
        "System.Collections.Immutable.ImmutableDictionary", "System.Collections.Immutable.ImmutableHashSet",
        "System.Collections.Immutable.ImmutableSortedDictionary", "System.Collections.Immutable.ImmutableSortedSet",
        "System.Collections.Immutable.ImmutableQueue", "System.Collections.Immutable.ImmutableStack",
        "System.Collections.Frozen.FrozenDictionary", "System.Collections.Frozen.FrozenSet",
    };

    /// <summary>Null if it is; otherwise the rule that it breaks and why.</summary>
    public static (DiagnosticDescriptor Rule, string Why)? Check(ITypeSymbol type) =>
        Check(type, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default));

    private static (DiagnosticDescriptor Rule, string Why)? Check(ITypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        if (!seen.Add(type) || IsLeaf(type))
            return null;
        if (type is IArrayTypeSymbol)
            return Mutable($"{Name(type)} is an array");
        if (type is not INamedTypeSymbol named)
            return Mutable($"{Name(type)} may be anything");
        if (named.IsGenericType && Containers.Contains(FullName(named)))
            return named.TypeArguments.Select(argument => Check(argument, seen)).FirstOrDefault(found => found is not null);
        if (named.TypeKind is TypeKind.Interface or TypeKind.Delegate or TypeKind.Dynamic || named.SpecialType == SpecialType.System_Object)
            return Mutable($"{Name(type)} may be anything");
        return CheckMembers(named, seen);
    }

    private static (DiagnosticDescriptor Rule, string Why)? CheckMembers(INamedTypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        for (var level = type; level is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) }; level = level.BaseType)
        {
            // Private fields of other assemblies may not be there to look at.
            if (IsOfFramework(level))
                return Mutable($"{Name(level)} is not known to be immutable");
            foreach (var field in level.GetMembers().OfType<IFieldSymbol>())
            {
                if (field.IsStatic || field.IsConst)
                    continue;
                var member = field.AssociatedSymbol ?? field;
                var isFixed = field.IsReadOnly || field.AssociatedSymbol is IPropertySymbol { SetMethod: null or { IsInitOnly: true } };
                if (!isFixed)
                    return Mutable($"{level.Name}.{member.Name} can be set");
                if (Orleans.IsImmutable(member))
                    continue;
                if (Check(field.Type, seen) is { } found)
                    return found;
            }
        }

        return Orleans.Has(type, Orleans.GenerateSerializer) ? null : (Diagnostics.NotSerializable, Name(type));
    }

    private static bool IsLeaf(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum
        || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String
        || Leaves.Contains(FullName(type))
        || Orleans.IsImmutable(type)
        || Orleans.IsAddressable(type)
        || IsException(type);

    private static bool IsException(ITypeSymbol type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (FullName(level) == "System.Exception")
                return true;
        }

        return false;
    }

    private static bool IsOfFramework(INamedTypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal));

    private static (DiagnosticDescriptor Rule, string Why)? Mutable(string why) => (Diagnostics.MutableMessage, why);

    private static string Name(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string FullName(ITypeSymbol type) =>
        type.ContainingNamespace is { IsGlobalNamespace: false } ? $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}" : type.Name;
}
