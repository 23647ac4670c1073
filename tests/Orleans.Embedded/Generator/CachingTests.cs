using Microsoft.CodeAnalysis;

namespace EngineTests.Generator;

/// <summary>The generator does its work once for what has not changed, or editors would crawl.</summary>
public sealed class CachingTests
{
    private const string Code =
        """
        [GenerateSerializer] public sealed record Word([property: Id(0)] string Text);
        public interface IOne : IGrainWithStringKey { Task<Word> Do(Word word); }
        public sealed class OneGrain : Grain, IOne { public Task<Word> Do(Word word) => Task.FromResult(word); }
        """;

    [Fact]
    public void The_same_code_again_generates_nothing_anew()
    {
        var compilation = GeneratorRun.Compilation(Code);
        var driver = GeneratorRun.Driver().RunGenerators(compilation);
        var again = driver.RunGenerators(compilation.Clone()).GetRunResult();
        Assert.Equal([IncrementalStepRunReason.Cached], Reasons(again));
    }

    [Fact]
    public void A_change_elsewhere_generates_nothing_anew()
    {
        var compilation = GeneratorRun.Compilation(Code);
        var driver = GeneratorRun.Driver().RunGenerators(compilation);
        var changed = compilation.AddSyntaxTrees(GeneratorRun.SyntaxTree("public static class Unrelated { public static int One => 1; }"));
        var again = driver.RunGenerators(changed).GetRunResult();
        Assert.DoesNotContain(IncrementalStepRunReason.New, Reasons(again));
        Assert.DoesNotContain(IncrementalStepRunReason.Modified, Reasons(again));
    }

    [Fact]
    public void A_change_of_the_interface_does()
    {
        var driver = GeneratorRun.Driver().RunGenerators(GeneratorRun.Compilation(Code));
        var changed = GeneratorRun.Compilation(Code.Replace("Do(Word word);", "Do(Word word); Task More();", StringComparison.Ordinal)
            .Replace("OneGrain : Grain, IOne {", "OneGrain : Grain, IOne { public Task More() => Task.CompletedTask;", StringComparison.Ordinal));
        var again = driver.RunGenerators(changed).GetRunResult();
        Assert.Contains(IncrementalStepRunReason.Modified, Reasons(again));
        Assert.Contains(again.GeneratedTrees, static tree => tree.ToString().Contains("More", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_code_generates_the_same_text()
    {
        GeneratorRun.CompileAll(Code, out var one);
        GeneratorRun.CompileAll(Code, out var two);
        Assert.Equal(one, two);
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorDriverRunResult result) => result.Results
        .SelectMany(static generator => generator.TrackedOutputSteps.Values)
        .SelectMany(static steps => steps)
        .SelectMany(static step => step.Outputs)
        .Select(static output => output.Reason)
        .Distinct()
        .Order();
}
