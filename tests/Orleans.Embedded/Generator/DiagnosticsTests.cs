using Microsoft.CodeAnalysis;

namespace EngineTests.Generator;

/// <summary>What the generator refuses, by which id, and where it points.</summary>
public sealed class DiagnosticsTests
{
    [Theory]
    [InlineData("SSG001", "Wrong", "void Wrong();")]
    [InlineData("SSG001", "Wrong", "int Wrong();")]
    [InlineData("SSG001", "Wrong", "[OneWay] void Wrong();")]
    [InlineData("SSG002", "value", "Task Wrong(List<int> value);")]
    [InlineData("SSG002", "value", "Task Wrong(int[] value);")]
    [InlineData("SSG002", "value", "Task Wrong(Dictionary<string, int> value);")]
    [InlineData("SSG002", "value", "Task Wrong(IReadOnlyList<int> value);")]
    [InlineData("SSG002", "value", "Task Wrong(object value);")]
    [InlineData("SSG002", "value", "Task Wrong(Mutable value);")]
    [InlineData("SSG002", "value", "Task Wrong(MutableField value);")]
    [InlineData("SSG002", "value", "Task Wrong(HoldsMutable value);")]
    [InlineData("SSG002", "value", "Task Wrong(HoldsMutableDeep value);")]
    [InlineData("SSG002", "value", "Task Wrong(DerivesFromMutable value);")]
    [InlineData("SSG002", "value", "Task Wrong(ImmutableArray<Mutable> value);")]
    [InlineData("SSG002", "value", "Task Wrong((int, Mutable) value);")]
    [InlineData("SSG002", "Wrong", "Task<List<int>> Wrong();")]
    [InlineData("SSG002", "Wrong", "ValueTask<Mutable> Wrong();")]
    [InlineData("SSG004", "Wrong", "Task Wrong<T>(T value);")]
    [InlineData("SSG005", "value", "Task Wrong(ref int value);")]
    [InlineData("SSG005", "value", "Task Wrong(out int value);")]
    [InlineData("SSG006", "Wrong", "IAsyncEnumerable<int> Wrong();")]
    [InlineData("SSG008", "value", "Task Wrong(Undeclared value);")]
    [InlineData("SSG010", "Wrong", "int Wrong { get; }")]
    public async Task A_method_that_cannot_be_a_grain_call_is_refused(string id, string place, string method)
    {
        var found = await GeneratorRun.Diagnose(Messages + $"public interface ISome : IGrainWithStringKey {{ {method} }}");
        var (said, at) = Assert.Single(found);
        Assert.Equal((id, DiagnosticSeverity.Error), (said.Id, said.Severity));
        Assert.Equal(place, at);
        Assert.Contains("Wrong", said.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSG003", "IWrong", "public interface IWrong : IGrain { Task Do(); }")]
    [InlineData("SSG003", "IWrong", "public interface IWrong : IGrainWithStringKey, IGrainWithGuidKey { Task Do(); }")]
    [InlineData("SSG003", "WrongGrain", """
        public interface IText : IGrainWithStringKey { Task One(); }
        public interface INumber : IGrainWithIntegerKey { Task Two(); }
        public sealed class WrongGrain : Grain, IText, INumber
        {
            public Task One() => Task.CompletedTask;
            public Task Two() => Task.CompletedTask;
        }
        """)]
    [InlineData("SSG007", "IWrong", "public interface IWrong<T> : IGrainWithStringKey { Task Do(); }")]
    [InlineData("SSG009", "IWrong", "public static class Outer { private interface IWrong : IGrainWithStringKey { Task Do(); } }")]
    public async Task A_type_that_cannot_be_a_grain_is_refused(string id, string place, string code)
    {
        var (said, at) = Assert.Single(await GeneratorRun.Diagnose(code));
        Assert.Equal((id, DiagnosticSeverity.Error), (said.Id, said.Severity));
        Assert.Equal(place, at);
        Assert.Contains(place, said.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var found = await GeneratorRun.Diagnose(
            "public interface ISome : IGrainWithStringKey { void One(); Task Two(List<int> two); Task<int[]> Three(); }");
        Assert.Equal(["One", "two", "Three"], found.Select(static f => f.Place));
    }

    [Theory]
    [InlineData("Task Right();")]
    [InlineData("ValueTask Right();")]
    [InlineData("Task<string?> Right(string? text, int number, Guid id, DateTimeOffset at, TimeSpan time, Uri uri, DayOfWeek day);")]
    [InlineData("Task<int?> Right((int, string) pair, decimal amount, bool flag, DateTime at, DateOnly day, byte b, char c);")]
    [InlineData("ValueTask<ImmutableArray<string>> Right(ImmutableDictionary<string, Right> all, ImmutableHashSet<Guid> ids);")]
    [InlineData("Task<System.Collections.Frozen.FrozenSet<string>> Right(ReadOnlyMemory<byte> bytes);")]
    [InlineData("Task<Right> Right(RightStruct value, Trusted trusted, RightClass again);")]
    [InlineData("Task<IRight> Right(IRight other, GrainId id, CancellationToken cancellationToken);")]
    [InlineData("[OneWay] Task Right(); [ReadOnly] Task<int> Read(); [AlwaysInterleave] Task Always(); [ResponseTimeout(\"00:00:05\")] Task Slow();")]
    [InlineData("Task Right(Exception exception);")]
    [InlineData("Task Right(Node tree);")]
    public async Task A_proper_grain_interface_is_taken_and_what_is_generated_compiles(string methods)
    {
        var code = Messages + $"public interface IRight : IGrainWithStringKey {{ {methods} }}";
        Assert.Empty(await GeneratorRun.Diagnose(code));
        Assert.Empty(GeneratorRun.CompileAll(code, out var generated));
        Assert.Contains("IRight", generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_is_no_grain_is_left_alone()
    {
        Assert.Empty(await GeneratorRun.Diagnose("public interface IPlain { void Do(List<int> list); int Count { get; set; } }"));
    }

    [Fact]
    public void Inherited_methods_overloads_and_odd_names_compile()
    {
        const string Code =
            """
            namespace A.B
            {
                public interface IBase : IGrainWithGuidKey { Task Do(); Task Do(int @class); Task<int> @event(string @string); }
                public interface IMore : IBase { Task More(string request, string context, string target, int self); }
                public interface IOther : IGrainWithGuidKey { Task Do(); }
                public sealed class OddGrain : Grain, IMore, IOther
                {
                    public Task Do() => Task.CompletedTask;
                    public Task Do(int @class) => Task.CompletedTask;
                    public Task<int> @event(string @string) => Task.FromResult(1);
                    public Task More(string request, string context, string target, int self) => Task.CompletedTask;
                }
            }

            namespace C
            {
                public static class Outer
                {
                    public interface INested : IGrainWithIntegerKey { Task Do(); }
                    internal sealed class NestedGrain : Grain, INested { public Task Do() => Task.CompletedTask; }
                }

                internal interface IHidden : IGrainWithIntegerKey { Task Do(); }
                internal sealed class HiddenGrain : Grain, IHidden { public Task Do() => Task.CompletedTask; }
            }
            """;
        Assert.Empty(GeneratorRun.CompileAll(Code, out var generated));
        Assert.NotEmpty(generated);
    }

    private const string Messages =
        """
        [GenerateSerializer] public class Mutable { [Id(0)] public int Value { get; set; } }
        [GenerateSerializer] public sealed class DerivesFromMutable : Mutable;
        [GenerateSerializer] public sealed class MutableField { [Id(0)] public int Value; }
        [GenerateSerializer] public sealed record HoldsMutable([property: Id(0)] List<int> Values);
        [GenerateSerializer] public sealed record HoldsMutableDeep([property: Id(0)] ImmutableArray<HoldsMutable> Values);
        public sealed record Undeclared(int Value);
        [GenerateSerializer] public sealed record Right([property: Id(0)] string Text, [property: Id(1)] ImmutableArray<int> Numbers);
        [GenerateSerializer] public readonly record struct RightStruct([property: Id(0)] int Value);
        [GenerateSerializer] public sealed class RightClass { [Id(0)] public string Text { get; init; } = ""; [Id(1)] public Right? More { get; init; } }
        [GenerateSerializer, Immutable] public sealed class Trusted { [Id(0)] public int[] Values { get; init; } = []; }
        [GenerateSerializer] public sealed record Node([property: Id(0)] int Value, [property: Id(1)] ImmutableArray<Node> Children);

        """;
}
