using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>What the generator refuses.</summary>
internal static class Diagnostics
{
    public static readonly DiagnosticDescriptor NotATask = Rule(
        "SSG001", "A grain method returns a task", "{0} returns {1}: a grain method returns Task, Task<T>, ValueTask or ValueTask<T>");

    public static readonly DiagnosticDescriptor MutableMessage = Rule(
        "SSG002", "A message is immutable", "{0} of {1} is not immutable: {2}. Calls share their messages: use a record, an immutable collection, or [Immutable].");

    public static readonly DiagnosticDescriptor KeyKind = Rule(
        "SSG003", "A grain has one kind of key", "{0} {1}: derive from one of IGrainWithStringKey, IGrainWithGuidKey and IGrainWithIntegerKey");

    public static readonly DiagnosticDescriptor GenericMethod = Rule(
        "SSG004", "A grain method is not generic", "{0} is generic, which this engine does not support");

    public static readonly DiagnosticDescriptor ByReference = Rule(
        "SSG005", "A grain method takes its arguments by value", "{0} takes '{1}' by reference, which no call can: return it instead");

    public static readonly DiagnosticDescriptor AsyncEnumerable = Rule(
        "SSG006", "A grain method returns no stream", "{0} returns an IAsyncEnumerable, which this engine does not support: return pages");

    public static readonly DiagnosticDescriptor GenericType = Rule(
        "SSG007", "A grain is not generic", "{0} is generic, which this engine does not support");

    public static readonly DiagnosticDescriptor NotSerializable = Rule(
        "SSG008", "A message has a serializer", "{0} of {1} needs [GenerateSerializer] on {2}: calls may leave the process");

    public static readonly DiagnosticDescriptor NotAccessible = Rule(
        "SSG009", "A grain is visible to its assembly", "{0} is not visible outside of its type: make it internal or public");

    public static readonly DiagnosticDescriptor NotAMethod = Rule(
        "SSG010", "A grain interface has methods only", "{0} is no method: make it one that returns a task");

    public static readonly DiagnosticDescriptor WrongId = Rule(
        "SSG011", "A member of a message has a number of its own", "The [Id] of {0} {1}");

    public static readonly DiagnosticDescriptor HiddenMessage = Rule(
        "SSG012", "A message is visible to its assembly", "{0} has [GenerateSerializer] and is not visible outside of its type: make it internal or public");

    public static readonly DiagnosticDescriptor NestedInGeneric = Rule(
        "SSG013", "A message is in no generic type", "{0} has [GenerateSerializer] and is inside of a generic type, which this engine does not support");

    private static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title, message, "Grains", DiagnosticSeverity.Error, isEnabledByDefault: true);
}

/// <summary>A diagnostic by value, so that an unchanged one changes nothing.</summary>
internal sealed record Finding(DiagnosticDescriptor Rule, string Path, TextSpan Span, LinePositionSpan Lines, string Arguments)
{
    private const char Separator = '\u001f';

    public static Finding At(ISymbol symbol, DiagnosticDescriptor rule, params string[] arguments)
    {
        var location = symbol.Locations.Length > 0 ? symbol.Locations[0] : Location.None;
        return new Finding(
            rule,
            location.SourceTree?.FilePath ?? "",
            location.SourceSpan,
            location.GetLineSpan().Span,
            string.Join(Separator.ToString(), arguments));
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        Rule,
        Path.Length == 0 ? Location.None : Location.Create(Path, Span, Lines),
        Array.ConvertAll(Arguments.Split(Separator), argument => (object)argument));
}
