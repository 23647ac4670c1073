using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace EngineTests.Generator;

/// <summary>Runs the engine's source generator (and its analyzers, if it has any) over a piece of code.</summary>
internal static class GeneratorRun
{
    private const string Usings =
        """
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Threading;
        using System.Threading.Tasks;
        using Orleans;
        using Orleans.Concurrency;
        using Orleans.Runtime;

        """;

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("Orleans.Embedded.Tests", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path))
    ];

    public static CSharpCompilation Compilation(string code) => CSharpCompilation.Create(
        "Sample",
        [SyntaxTree(code)],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree SyntaxTree(string code) => CSharpSyntaxTree.ParseText(Usings + code, Parse, path: "Sample.cs");

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        Generators(), parseOptions: Parse, driverOptions: new GeneratorDriverOptions(default, trackIncrementalGeneratorSteps: true));

    /// <summary>What the generator says about the code, and the text that it points at, by order of place.</summary>
    public static async Task<IReadOnlyList<(Diagnostic Said, string Place)>> Diagnose(string code)
    {
        var compilation = Compilation(code);
        Driver().RunGeneratorsAndUpdateCompilation(compilation, out _, out var said);
        var analyzers = Made<DiagnosticAnalyzer>().ToImmutableArray();
        var analyzed = analyzers.IsEmpty ? [] : await compilation.WithAnalyzers(analyzers).GetAnalyzerDiagnosticsAsync();
        var text = Usings + code;
        return
        [
            .. said.Concat(analyzed)
                .OrderBy(static d => d.Location.SourceSpan.Start)
                .Select(d => (d, text.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)))
        ];
    }

    /// <summary>Everything the compiler has against the code together with what was generated for it.</summary>
    public static IReadOnlyList<Diagnostic> CompileAll(string code, out string generated)
    {
        var driver = Driver().RunGeneratorsAndUpdateCompilation(Compilation(code), out var all, out _);
        generated = string.Join("\n", driver.GetRunResult().GeneratedTrees.Select(static tree => tree.ToString()));
        return [.. all.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning)];
    }

    private static IEnumerable<ISourceGenerator> Generators() =>
        Made<IIncrementalGenerator>().Select(static generator => generator.AsSourceGenerator());

    private static IEnumerable<T> Made<T>() => Assembly.Load("Orleans.Embedded.CodeGenerator").GetTypes()
        .Where(static type => !type.IsAbstract && typeof(T).IsAssignableFrom(type))
        .Select(static type => (T)Activator.CreateInstance(type)!);
}
