using System.Reflection;

namespace EngineTests.Surface;

/// <summary>
/// The engine shows its users nothing that the real packages lack, so that code which compiles with it compiles with
/// them. What it must show besides (to generated code) lives in namespaces that begin with Orleans.Embedded.
/// </summary>
public sealed class PublicSurfaceTests
{
    private const string OwnNamespace = "Orleans.Embedded";

    [Fact]
    public void Every_public_type_and_member_is_one_of_the_real_packages()
    {
        var extra = ExtraLines(typeof(Grain).Assembly.GetTypes().Where(static t => !IsOwn(t)));
        Assert.True(extra.Count == 0, Explain(extra));
    }

    [Fact]
    public void The_hosting_extensions_and_the_test_cluster_are_in_it_too()
    {
        var shown = PublicSurface.Of(typeof(Grain).Assembly.GetTypes()).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions", shown);
        Assert.Contains("Orleans.TestingHost.TestCluster", shown);
    }

    [Fact]
    public void The_lines_print_as_the_listing_has_them()
    {
        // One of each kind, written down by hand from the listing.
        var lines = PublicSurface.Of(typeof(Grain).Assembly.GetTypes()).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("Orleans.DeactivationReasonCode :: Byte value__", lines);
        Assert.Contains("Orleans.IGrainWithStringKey : Orleans.IGrain", lines);
        Assert.Contains("Orleans.IGrainFactory :: TGrainInterface GetGrain[TGrainInterface](System.Guid, System.String)", lines);
        Assert.Contains("Orleans.Core.IStorage`1[TState] :: TState State {get;set;}", lines);
        Assert.Contains("Orleans.Grain :: Void .ctor()", lines);
    }

    [Fact]
    public void An_extra_type_and_an_extra_member_are_found()
    {
        var extra = ExtraLines([typeof(Sample)]);
        Assert.Contains($"{typeof(Sample)}", extra);
        Assert.Contains($"{typeof(Sample)} : {typeof(IDisposable)}", extra);
        Assert.Contains($"{typeof(Sample)} :: Int32 Visible {{get;}}", extra);
        Assert.Contains($"{typeof(Sample)} :: Void Inherited()", extra);
        Assert.DoesNotContain(extra, static line => line.Contains("Hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void The_excerpt_is_sorted_and_has_no_line_twice()
    {
        var lines = Excerpt();
        Assert.Equal(lines.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), lines);
    }

    private static List<string> ExtraLines(IEnumerable<Type> types)
    {
        var excerpt = Excerpt();
        var parents = excerpt.Select(static line => line.Split(" : ")).Where(static parts => parts.Length == 2)
            .ToLookup(static parts => parts[0], static parts => parts[1], StringComparer.Ordinal);
        return [.. PublicSurface.Of(types).Except(excerpt, StringComparer.Ordinal).Where(line => !IsLooserParent(line, parents))];
    }

    /// <summary>
    /// Deriving from an ancestor of the real base type shows less than the real type does, and nothing that it lacks.
    /// </summary>
    private static bool IsLooserParent(string line, ILookup<string, string> parents)
    {
        return line.Split(" : ") is [var type, var parent] && Ancestors(type).Contains(parent, StringComparer.Ordinal);

        IEnumerable<string> Ancestors(string child) => parents[child].SelectMany(p => Ancestors(p).Prepend(p));
    }

    private static bool IsOwn(Type type) =>
        type.Namespace == OwnNamespace || type.Namespace?.StartsWith($"{OwnNamespace}.", StringComparison.Ordinal) == true;

    private static string Explain(IReadOnlyCollection<string> extra) =>
        $"""
        {extra.Count} public types or members of the engine are not in Surface/orleans-api.txt:
        {string.Join(Environment.NewLine, extra)}

        If the real packages have them (only then), extend the excerpt from the listing of their API:
            tests/Orleans.Embedded/Surface/update.sh <listing> <type>...
        Otherwise make them internal, or move them to a namespace that begins with {OwnNamespace}.
        """;

    private static List<string> Excerpt()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("orleans-api.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(static line => line.Length > 0 && line[0] != '#')];
    }

    public class Sample : IDisposable
    {
        public int Visible { get; private set; }

        internal int Hidden { get; set; }

        public void Dispose()
        {
            Hidden = Visible;
            GC.SuppressFinalize(this);
        }

        protected void Inherited() => Visible++;
    }
}
