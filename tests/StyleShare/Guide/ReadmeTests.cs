using System.Text.RegularExpressions;
using StyleShare.Testing;

namespace StyleShare.Tests.Guide;

public sealed partial class ReadmeTests
{
    [Fact]
    public void The_grain_in_the_readme_is_the_one_that_is_tested()
    {
        var source = Read("tests", "StyleShare", "Guide", "WishListGrainTests.cs");
        var shown = source[source.IndexOf("public interface", StringComparison.Ordinal)..].TrimEnd();
        Assert.Contains($"```csharp\n{shown}\n```", Read("README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_readme_points_to_is_there()
    {
        var links = Link().Matches(Read("README.md"));
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Checkout.Folder, link.Groups["path"].Value)), link.Value));
    }

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([Checkout.Folder, .. path]));
}
