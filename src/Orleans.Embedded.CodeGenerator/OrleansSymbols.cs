using Microsoft.CodeAnalysis;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>The names of the API that mean something here.</summary>
internal static class Orleans
{
    public const string GenerateSerializer = "Orleans.GenerateSerializerAttribute";
    public const string Id = "Orleans.IdAttribute";
    public const string Immutable = "Orleans.ImmutableAttribute";
    public const string ReadOnly = "Orleans.Concurrency.ReadOnlyAttribute";
    public const string AlwaysInterleave = "Orleans.Concurrency.AlwaysInterleaveAttribute";
    public const string OneWay = "Orleans.Concurrency.OneWayAttribute";
    public const string ResponseTimeout = "Orleans.ResponseTimeoutAttribute";
    public const string PersistentState = "Orleans.Runtime.PersistentStateAttribute";
    public const string FromKeyedServices = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    public const string PreferredConstructor = "Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute";

    public const string Remindable = "Orleans.IRemindable";

    private const string GrainInterface = "Orleans.IGrain";

    public static readonly string[] KeyKinds =
        ["Orleans.IGrainWithStringKey", "Orleans.IGrainWithGuidKey", "Orleans.IGrainWithIntegerKey"];

    public static bool Has(ISymbol symbol, string attribute) => Find(symbol, attribute) is not null;

    public static AttributeData? Find(ISymbol symbol, string attribute) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == attribute);

    public static bool IsImmutable(ISymbol symbol) =>
        Has(symbol, Immutable) || (symbol is INamedTypeSymbol { IsGenericType: true } type && Has(type.OriginalDefinition, Immutable));

    public static bool IsAddressable(ITypeSymbol type) =>
        type.ToDisplayString() == "Orleans.Runtime.IAddressable" || type.AllInterfaces.Any(i => i.ToDisplayString() == "Orleans.Runtime.IAddressable");

    /// <summary>An application's grain interface, not one of the API's own.</summary>
    public static bool IsGrainInterface(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Interface
        && type.AllInterfaces.Any(i => i.ToDisplayString() == GrainInterface)
        && !KeyKinds.Contains(type.ToDisplayString());

    public static string[] KeyKindsOf(ITypeSymbol type) =>
        [.. type.AllInterfaces.Select(i => i.ToDisplayString()).Where(name => KeyKinds.Contains(name))];

    public static bool IsVisible(INamedTypeSymbol type)
    {
        for (var level = type; level is not null; level = level.ContainingType)
        {
            if (level.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
                return false;
        }

        return true;
    }
}
