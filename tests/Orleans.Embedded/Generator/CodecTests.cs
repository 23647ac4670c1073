using Microsoft.CodeAnalysis;

namespace EngineTests.Generator;

/// <summary>What becomes of types with a serializer: code that compiles, or a word on why not.</summary>
public sealed class CodecTests
{
    [Theory]
    [InlineData("[GenerateSerializer] public sealed record A(int @class, string value, string writer, string reader, int tag, int made);")]
    [InlineData("[GenerateSerializer] public readonly record struct A(int X) { [Id(0)] public string? Y { get; init; } }")]
    [InlineData("[GenerateSerializer] public struct A { [Id(0)] public int X; [Id(1)] private string? _y; public string? Y => _y; }")]
    [InlineData("[GenerateSerializer] public sealed class A { [Id(0)] private readonly int[] _x = [1]; public int X => _x[0]; }")]
    [InlineData("[GenerateSerializer] public sealed class A(List<int> x) { [Id(0)] private readonly List<int> _x = x; public int X => _x[0]; }")]
    [InlineData("[GenerateSerializer] public class A { [Id(0)] public required int X { get; init; } = 5; [Id(1)] internal string Y { get; private set; } = \"\"; }")]
    [InlineData("[GenerateSerializer] public sealed class A { private A() { } [Id(0)] public int X { get; } }")]
    [InlineData("[GenerateSerializer] public sealed record A(int X = 3, string Y = \"a\\\"b\", DayOfWeek Z = DayOfWeek.Friday, double W = 1.5, long? V = 7, char U = 'x');")]
    [InlineData("[GenerateSerializer] public sealed record A<T, U>(T X, ImmutableArray<U> Y) where T : class where U : struct;")]
    [InlineData("[GenerateSerializer] public sealed record A<T>(T X) where T : IComparable<T>, new();")]
    [InlineData("[GenerateSerializer] public abstract class B { [Id(0)] protected int Z { get; set; } } [GenerateSerializer] public sealed class A : B { [Id(0)] public int X { get; set; } public int Sum => X + Z; }")]
    [InlineData("[GenerateSerializer] public sealed class A : Exception { public A(string message, int x) : base(message) => X = x; [Id(0)] public int X { get; } }")]
    [InlineData("[GenerateSerializer] public sealed class A(string why, int x) : Exception(why) { [Id(0)] public int X { get; } = x; }")]
    [InlineData("public static class Outer { [GenerateSerializer] internal sealed record A(int X); }")]
    [InlineData("[GenerateSerializer] internal enum A : byte { One }")]
    [InlineData("[GenerateSerializer] public partial record A(int X); public partial record A { [Id(0)] public int Y { get; init; } }")]
    public async Task A_message_of_any_shape_gets_a_codec_that_compiles(string code)
    {
        Assert.Empty(await GeneratorRun.Diagnose(code));
        Assert.Empty(GeneratorRun.CompileAll(code, out var generated));
        Assert.Contains("builder.Add", generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSG011", "B", "[GenerateSerializer] public sealed record A([property: Id(0)] int X, [property: Id(0)] int B);")]
    [InlineData("SSG011", "B", "[GenerateSerializer] public sealed class A { [Id(70000)] public int B { get; set; } }")]
    [InlineData("SSG011", "B", "[GenerateSerializer] public sealed class A { [Id(0)] public int B => 5; }")]
    [InlineData("SSG012", "A", "public static class Outer { [GenerateSerializer] private sealed record A(int X); }")]
    [InlineData("SSG013", "A", "public static class Outer<T> { [GenerateSerializer] public sealed record A(int X); }")]
    public async Task What_nobody_could_write_is_refused(string id, string place, string code)
    {
        var (said, at) = Assert.Single(await GeneratorRun.Diagnose(code));
        Assert.Equal((id, DiagnosticSeverity.Error, place), (said.Id, said.Severity, at));
    }

    [Fact]
    public void Types_without_a_serializer_get_none()
    {
        GeneratorRun.CompileAll("public sealed record A(int X); [Immutable] public sealed record B(int X);", out var generated);
        Assert.Empty(generated);
    }
}
