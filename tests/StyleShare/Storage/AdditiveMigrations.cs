using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using StyleShare.Storage;

namespace StyleShare.Tests.Storage;

/// <summary>
/// What a migration must not do, because a silo of the previous version goes on beside it: take away, rename or retype what
/// that one uses, or refuse what it writes. What a migration makes itself it may treat as it likes.
/// </summary>
/// <remarks>
/// A statement that is right nevertheless says why in a comment before it: <c>-- not additive: reason</c>.
/// </remarks>
internal static partial class AdditiveMigrations
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    private static readonly (Regex Pattern, string Why)[] Rules =
    [
        (Drop(), "takes something away"),
        (Truncate(), "empties a table"),
        (Rename(), "renames what the previous version uses"),
        (Retype(), "changes a type"),
        (NotNull(), "refuses rows without a value"),
        (AddsConstraint(), "may refuse what the previous version writes"),
        (AddsTrigger(), "changes what a write of the previous version does"),
    ];

    /// <summary>The migrations of the product above a number.</summary>
    public static IEnumerable<(string Name, string Sql)> Above(int number)
    {
        var assembly = typeof(Migrator).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (FileName().Match(resource) is not { Success: true } match
                || int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) <= number)
                continue;
            yield return (match.Groups["name"].Value, Text(assembly, resource));
        }
    }

    /// <summary>What in this SQL is not additive, each with a reason.</summary>
    public static IReadOnlyList<string> Offences(string sql)
    {
        List<string> offences = [];
        HashSet<string> made = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (statement, comments) in Statements(sql))
        {
            if (Creates().Match(statement) is { Success: true } creates)
                made.Add(creates.Groups["name"].Value);
            if (ExcuseOf(comments) || (On().Match(statement) is { Success: true } on && made.Contains(on.Groups["name"].Value)))
                continue;
            foreach (var (pattern, why) in Rules)
            {
                if (pattern.IsMatch(statement))
                    offences.Add($"{why}: {Space().Replace(statement, " ").Trim()}");
            }

            if (AddsColumn().Matches(statement).Any(column => column.Value.Contains("NOT NULL", StringComparison.OrdinalIgnoreCase)
                && !column.Value.Contains("DEFAULT", StringComparison.OrdinalIgnoreCase) && !column.Value.Contains("GENERATED", StringComparison.OrdinalIgnoreCase)))
                offences.Add($"adds a column that the previous version does not fill: {Space().Replace(statement, " ").Trim()}");
        }

        return offences;
    }

    private static bool ExcuseOf(string comments) => Excuse().IsMatch(comments);

    // Statements and the comments before each; texts and bodies of functions are cut out, for they run later.
    private static IEnumerable<(string Statement, string Comments)> Statements(string sql)
    {
        var plain = Literal().Replace(sql, literal => literal.Value.StartsWith("--", StringComparison.Ordinal) ? literal.Value : "''");
        foreach (var part in SplitOutsideComments(plain))
        {
            var comments = string.Join('\n', Comment().Matches(part).Select(comment => comment.Value));
            var statement = Comment().Replace(part, " ");
            if (!string.IsNullOrWhiteSpace(statement))
                yield return (statement, comments);
        }
    }

    private static IEnumerable<string> SplitOutsideComments(string sql)
    {
        var start = 0;
        for (var i = 0; i < sql.Length; i++)
        {
            if (sql[i] == '-' && i + 1 < sql.Length && sql[i + 1] == '-')
            {
                i = sql.IndexOf('\n', i) is var end and >= 0 ? end : sql.Length;
            }
            else if (sql[i] == ';')
            {
                yield return sql[start..i];
                start = i + 1;
            }
        }

        yield return sql[start..];
    }

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\.Migrations\.(?<name>(?<number>\d{4})_\w+)\.sql$", Options, 1_000)]
    private static partial Regex FileName();

    // A comment is matched first, so that an apostrophe in it begins no text.
    [GeneratedRegex(@"--[^\n]*|'(?:[^']|'')*'|\$(?<tag>\w*)\$.*?\$\k<tag>\$", Options | RegexOptions.Singleline, 1_000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"--[^\n]*", Options, 1_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"--\s*not additive: \S", Options, 1_000)]
    private static partial Regex Excuse();

    [GeneratedRegex(@"\s+", Options, 1_000)]
    private static partial Regex Space();

    [GeneratedRegex(@"^\s*CREATE\s+(UNLOGGED\s+)?TABLE\s+(IF\s+NOT\s+EXISTS\s+)?(?<name>\w+)", Options, 1_000)]
    private static partial Regex Creates();

    [GeneratedRegex(@"^\s*(ALTER\s+TABLE\s+(IF\s+EXISTS\s+)?(ONLY\s+)?|CREATE\s+UNIQUE\s+INDEX\s+.*?\sON\s+|CREATE\s+(CONSTRAINT\s+)?TRIGGER\s+.*?\sON\s+)(?<name>\w+)", Options | RegexOptions.Singleline, 1_000)]
    private static partial Regex On();

    [GeneratedRegex(@"\bDROP\s+(?!NOT\s+NULL|DEFAULT)\w+", Options, 1_000)]
    private static partial Regex Drop();

    [GeneratedRegex(@"^\s*TRUNCATE\b", Options, 1_000)]
    private static partial Regex Truncate();

    [GeneratedRegex(@"\bRENAME\b", Options, 1_000)]
    private static partial Regex Rename();

    [GeneratedRegex(@"\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b", Options, 1_000)]
    private static partial Regex Retype();

    [GeneratedRegex(@"\bSET\s+NOT\s+NULL\b", Options, 1_000)]
    private static partial Regex NotNull();

    [GeneratedRegex(@"\bADD\s+(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b|^\s*CREATE\s+UNIQUE\s+INDEX\b", Options, 1_000)]
    private static partial Regex AddsConstraint();

    [GeneratedRegex(@"^\s*CREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?(TRIGGER|RULE)\b", Options, 1_000)]
    private static partial Regex AddsTrigger();

    [GeneratedRegex(@"\bADD\s+(COLUMN\s+)?(IF\s+NOT\s+EXISTS\s+)?(?!CONSTRAINT\b|CHECK\b|UNIQUE\b|PRIMARY\b|FOREIGN\b|EXCLUDE\b)\w+[^,]*", Options, 1_000)]
    private static partial Regex AddsColumn();
}
