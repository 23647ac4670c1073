using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>Generates the references of grain interfaces, the requests of their methods, the codecs of messages and the list of an assembly's grains.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class GrainGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that reads the sources, for those who look whether it was spared.</summary>
    public const string UnitsStep = "Units";

    /// <inheritdoc cref="UnitsStep"/>
    public const string MessagesStep = "Messages";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var units = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InterfaceDeclarationSyntax { BaseList: not null } or ClassDeclarationSyntax { BaseList: not null },
                static (syntax, cancel) => Read(syntax, cancel))
            .Where(static unit => unit is not null)
            .Select(static (unit, _) => unit!)
            .WithTrackingName(UnitsStep);

        var messages = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Orleans.GenerateSerializer,
                static (node, _) => node is BaseTypeDeclarationSyntax,
                static (found, _) => SerializerEmitter.Emit((INamedTypeSymbol)found.TargetSymbol))
            .Where(static unit => unit is not null)
            .Select(static (unit, _) => unit!)
            .WithTrackingName(MessagesStep);

        context.RegisterSourceOutput(units, Write);
        context.RegisterSourceOutput(messages, Write);

        var registrations = Registrations(units).Combine(Registrations(messages))
            .Select(static (lines, _) => new EquatableList<string>(lines.Left.Items.Concat(lines.Right.Items)));
        var assembly = context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "");
        context.RegisterSourceOutput(registrations.Combine(assembly), static (output, pair) =>
        {
            if (pair.Left.Items.Count != 0)
                output.AddSource("GrainManifest.g.cs", SourceText.From(WriteManifest(pair.Left, pair.Right), Encoding.UTF8));
        });
    }

    private static void Write(SourceProductionContext output, Unit unit)
    {
        foreach (var finding in unit.Findings.Items)
            output.ReportDiagnostic(finding.ToDiagnostic());
        if (unit.Code.Length != 0)
            output.AddSource($"{unit.Name}.g.cs", SourceText.From(unit.Code, Encoding.UTF8));
    }

    private static IncrementalValueProvider<EquatableList<string>> Registrations(IncrementalValuesProvider<Unit> units) =>
        units.Select(static (unit, _) => unit.Registration).Where(static line => line.Length != 0).Collect()
            .Select(static (lines, _) => new EquatableList<string>(lines.OrderBy(line => line, System.StringComparer.Ordinal)));

    private static Unit? Read(GeneratorSyntaxContext context, CancellationToken cancel)
    {
        if (context.SemanticModel.GetDeclaredSymbol(context.Node, cancel) is not INamedTypeSymbol type)
            return null;
        // A partial type is read once.
        var parts = type.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancel)).OfType<TypeDeclarationSyntax>();
        if (parts.First(part => part.BaseList is not null) != context.Node)
            return null;
        if (type.TypeKind == TypeKind.Interface)
            return Orleans.IsGrainInterface(type) ? InterfaceEmitter.Emit(type) : null;
        return type.IsAbstract ? null : ClassEmitter.Emit(type);
    }

    private static string WriteManifest(EquatableList<string> registrations, string assembly)
    {
        var name = "Manifest_" + new string([.. assembly.Select(c => char.IsLetterOrDigit(c) ? c : '_')]);
        var lines = string.Join("\n        ", registrations.Items);
        return $$"""
            {{Names.Header}}
            [assembly: global::Orleans.Embedded.GrainManifest(typeof({{Names.Namespace}}.{{name}}))]

            namespace {{Names.Namespace}};

            internal sealed class {{name}} : global::Orleans.Embedded.IGrainManifest
            {
                public void Describe(global::Orleans.Embedded.GrainManifestBuilder builder)
                {
                    {{lines}}
                }
            }

            """;
    }
}
