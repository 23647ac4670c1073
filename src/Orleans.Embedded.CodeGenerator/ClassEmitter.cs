using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>Writes how a grain class is listed and made.</summary>
internal static class ClassEmitter
{
    /// <summary>Null if the class is no grain.</summary>
    public static Unit? Emit(INamedTypeSymbol type)
    {
        var interfaces = type.AllInterfaces.Where(Orleans.IsGrainInterface)
            .OrderByDescending(i => i.AllInterfaces.Length).ThenBy(i => i.ToDisplayString(), System.StringComparer.Ordinal).ToList();
        if (interfaces.Count == 0 || !type.AllInterfaces.Any(i => i.ToDisplayString() == "Orleans.IGrainBase"))
            return null;

        var findings = new List<Finding>();
        var name = type.ToDisplayString();
        if (type.IsGenericType || type.ContainingType is { IsGenericType: true })
            findings.Add(Finding.At(type, Diagnostics.GenericType, name));
        if (!Orleans.IsVisible(type))
            findings.Add(Finding.At(type, Diagnostics.NotAccessible, name));
        if (Orleans.KeyKindsOf(type).Length > 1)
            findings.Add(Finding.At(type, Diagnostics.KeyKind, name, "implements interfaces with different kinds of keys"));
        var registration = findings.Any(f => !f.Rule.Equals(Diagnostics.KeyKind)) ? "" : Register(type, interfaces);
        return new Unit("Class_" + Names.Identifier(type), "", registration, new EquatableList<Finding>(findings));
    }

    private static string Register(INamedTypeSymbol type, List<INamedTypeSymbol> interfaces)
    {
        var names = string.Join(", ", interfaces.Select(i => $"typeof({Names.Plain(i)})"));
        var constructor = type.InstanceConstructors
            .Where(c => c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal)
            .OrderByDescending(c => Orleans.Has(c, Orleans.PreferredConstructor))
            .ThenByDescending(c => c.Parameters.Length)
            .FirstOrDefault();
        if (constructor is null)
            return "";
        var arguments = string.Join(", ", constructor.Parameters.Select(Argument));
        return $"builder.AddClass(typeof({Names.Plain(type)}), new global::System.Type[] {{ {names} }}, "
            + $"static (services, context) => new {Names.Plain(type)}({arguments}));";
    }

    private static string Argument(IParameterSymbol parameter)
    {
        const string Extensions = "global::Microsoft.Extensions.DependencyInjection.ServiceProvider";
        var type = Names.Plain(parameter.Type);
        if (Orleans.Find(parameter, Orleans.PersistentState) is { } state && parameter.Type is INamedTypeSymbol { TypeArguments.Length: 1 } facet)
        {
            var names = string.Join(", ", state.ConstructorArguments.Select(a => a.ToCSharpString()));
            return $"global::Orleans.Embedded.PersistentStates.Create<{Names.Plain(facet.TypeArguments[0])}>(context, {names})";
        }

        if (parameter.Type.ToDisplayString() == "Orleans.Runtime.IGrainContext")
            return "context";
        if (parameter.Type.ToDisplayString() == "System.IServiceProvider")
            return "services";
        var optional = parameter.HasExplicitDefaultValue && parameter.ExplicitDefaultValue is null;
        if (Orleans.Find(parameter, Orleans.FromKeyedServices) is { ConstructorArguments.Length: > 0 } keyed)
            return $"{Extensions}KeyedServiceExtensions.Get{(optional ? "" : "Required")}KeyedService<{type}>(services, {keyed.ConstructorArguments[0].ToCSharpString()})";
        return $"{Extensions}ServiceExtensions.Get{(optional ? "" : "Required")}Service<{type}>(services)";
    }
}
