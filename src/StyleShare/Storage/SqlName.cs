using System.Text.RegularExpressions;

namespace StyleShare.Storage;

/// <summary>Names that go into SQL text come from our own code; a wrong one is found where it is written.</summary>
internal static partial class SqlName
{
    public static string Checked(string name) =>
        Plain().IsMatch(name) ? name : throw new ArgumentException($"'{name}' is no plain SQL name.", nameof(name));

    [GeneratedRegex("^[a-z_][a-z0-9_]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();
}
