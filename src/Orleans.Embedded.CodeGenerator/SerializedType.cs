using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>A member of a message: where it is, how it is marked, and how it is set.</summary>
internal sealed class SerializedMember(ISymbol symbol, ITypeSymbol type, int level, uint number, bool isParameter)
{
    public ISymbol Symbol => symbol;

    public ITypeSymbol Type => type;

    public uint Number => number;

    public bool IsParameter => isParameter;

    /// <summary>As the engine's WireTag composes it.</summary>
    public uint Tag => ((uint)level << 20) | (number << 4) | (isParameter ? 8u : 0) | (uint)ValueEmitter.KindOf(type);

    /// <summary>The constructor's parameter that sets it; null if it is set afterwards.</summary>
    public IParameterSymbol? Parameter { get; set; }

    /// <summary>Not setting it leaves something else than its type's default, so that the default is written, too.</summary>
    public bool HasInitializer { get; set; }

    public bool IsRequired => symbol is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    /// <summary>The field to reach it by where code cannot.</summary>
    public string FieldName => symbol is IPropertySymbol ? $"<{symbol.Name}>k__BackingField" : symbol.Name;

    public bool HasField => symbol is IFieldSymbol || IsAuto((IPropertySymbol)symbol);

    // Of other assemblies the compiler does not show private fields.
    private static bool IsAuto(IPropertySymbol property) =>
        property.Locations.All(location => location.IsInMetadata)
        || property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
}

/// <summary>A type with <c>[GenerateSerializer]</c>: its members, base classes' first, and the constructor that makes one.</summary>
internal sealed class SerializedType
{
    private const uint MaxNumber = 0xFFFF;

    private readonly IAssemblySymbol _assembly;

    public SerializedType(INamedTypeSymbol type, List<Finding> findings)
    {
        Type = type;
        _assembly = type.ContainingAssembly;
        IsException = Level(type).Any(level => level.ToDisplayString() == "System.Exception");
        var levels = Level(type).Where(level => Orleans.Has(level, Orleans.GenerateSerializer)).Reverse().ToList();
        for (var i = 0; i < levels.Count; i++)
            AddMembers(levels[i], i, findings);
        Constructor = ChooseConstructor();
        if (Constructor is null)
            return;
        foreach (var parameter in Constructor.Parameters)
        {
            if (MemberOf(parameter) is { } member)
                member.Parameter = parameter;
        }

        // What a constructor's body sets is not seen here.
        var hasBody = !Constructor.IsImplicitlyDeclared && !IsPrimary(Constructor);
        foreach (var member in Members)
            member.HasInitializer = member.Parameter is { } parameter ? HasDefault(parameter) : !member.IsRequired
                // What can be set only while it is made has no way back to what it was.
                && (member.HasField || member.Symbol is not IPropertySymbol { SetMethod.IsInitOnly: true }) && (hasBody || IsInitialized(member.Symbol));
    }

    public INamedTypeSymbol Type { get; }

    public bool IsException { get; }

    public List<SerializedMember> Members { get; } = [];

    /// <summary>Null if no constructor can be called with the members: then one is made without.</summary>
    public IMethodSymbol? Constructor { get; }

    /// <summary>Whether generated code can name a member of this type or of its base classes.</summary>
    public bool CanSee(ISymbol member) => member.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        Accessibility.Internal or Accessibility.ProtectedOrInternal => SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, _assembly),
        _ => false,
    };

    public SerializedMember? MemberOf(IParameterSymbol parameter) => Members.LastOrDefault(member =>
        string.Equals(member.Symbol.Name.TrimStart('_'), parameter.Name, StringComparison.OrdinalIgnoreCase)
        && SymbolEqualityComparer.Default.Equals(member.Type, parameter.Type));

    public static bool IsMessage(IParameterSymbol parameter) =>
        parameter.Name == "message" && parameter.Type.SpecialType == SpecialType.System_String;

    private static IEnumerable<INamedTypeSymbol> Level(INamedTypeSymbol type)
    {
        for (var level = type; level is not null; level = level.BaseType)
            yield return level;
    }

    private void AddMembers(INamedTypeSymbol type, int level, List<Finding> findings)
    {
        var parameters = type.IsRecord ? type.InstanceConstructors.FirstOrDefault(IsPrimary)?.Parameters ?? [] : [];
        for (var i = 0; i < parameters.Length; i++)
        {
            var property = type.GetMembers(parameters[i].Name).OfType<IPropertySymbol>().FirstOrDefault();
            if (property is not null && !Orleans.Has(property, Orleans.Id))
                Members.Add(new SerializedMember(property, property.Type, level, (uint)i, isParameter: true));
        }

        foreach (var member in type.GetMembers())
        {
            if (member.IsStatic || member is not (IPropertySymbol or IFieldSymbol { AssociatedSymbol: null }) || Orleans.Find(member, Orleans.Id) is not { } id)
                continue;
            var number = id.ConstructorArguments.Length == 1 && id.ConstructorArguments[0].Value is uint value ? value : 0;
            var memberType = member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;
            var name = $"{type.Name}.{member.Name}";
            if (number > MaxNumber)
                findings.Add(Finding.At(member, Diagnostics.WrongId, name, $"is beyond {MaxNumber}"));
            else if (Members.Any(other => !other.IsParameter && other.Number == number && SymbolEqualityComparer.Default.Equals(other.Symbol.ContainingType, type)))
                findings.Add(Finding.At(member, Diagnostics.WrongId, name, "is that of another member"));
            else
                Members.Add(new SerializedMember(member, memberType, level, number, isParameter: false));
        }
    }

    private IMethodSymbol? ChooseConstructor() => Type.InstanceConstructors
        .Where(constructor => CanSee(constructor) && constructor.Parameters.All(CanFill))
        .OrderByDescending(constructor => Orleans.Has(constructor, Orleans.PreferredConstructor))
        .ThenByDescending(constructor => constructor.Parameters.Length)
        .FirstOrDefault();

    private bool CanFill(IParameterSymbol parameter) =>
        parameter.RefKind is RefKind.None or RefKind.In && (MemberOf(parameter) is not null || (IsException && IsMessage(parameter)));

    private static bool IsPrimary(IMethodSymbol constructor) =>
        constructor.DeclaringSyntaxReferences.Any(part => part.GetSyntax() is TypeDeclarationSyntax { ParameterList: not null });

    private static bool HasDefault(IParameterSymbol parameter) =>
        parameter.HasExplicitDefaultValue && parameter.ExplicitDefaultValue is not (null or false or 0 or 0L or 0u or 0ul or (byte)0 or (short)0 or '\0');

    private static bool IsInitialized(ISymbol member) =>
        member.DeclaringSyntaxReferences.Length == 0
        || member.DeclaringSyntaxReferences.Any(part => part.GetSyntax() is PropertyDeclarationSyntax { Initializer: not null } or VariableDeclaratorSyntax { Initializer: not null });
}
