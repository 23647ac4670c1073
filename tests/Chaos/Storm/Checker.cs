namespace StyleShare.Chaos.Tests.Storm;

/// <summary>How the database and what clients were told disagree.</summary>
internal enum Disagreement
{
    /// <summary>It was acknowledged and is not there.</summary>
    Lost,

    /// <summary>It is there more than once.</summary>
    Doubled,

    /// <summary>It is there, but not as it was acknowledged.</summary>
    Changed,

    /// <summary>It was refused and is there, or nobody asked for it.</summary>
    Unasked,

    /// <summary>Rows that do not fit together.</summary>
    Contradiction,

    /// <summary>An answer that there was no reason for.</summary>
    Surprise,
}

/// <summary>One disagreement.</summary>
internal sealed record Finding(Disagreement Kind, string Detail)
{
    public override string ToString() => $"{Kind}: {Detail}";
}

/// <summary>
/// Holds the history against the database: what was acknowledged is there once and as it was told; what was refused is not;
/// what nobody was told of is there once at the most; of what can be changed back, the last word counts.
/// </summary>
internal static class Checker
{
    public static List<Finding> Check(IEnumerable<Intent> intents, IEnumerable<string> surprises, Evidence evidence)
    {
        List<Finding> findings =
        [
            .. evidence.Violations.Select(violation => new Finding(Disagreement.Contradiction, violation)),
            .. surprises.Select(surprise => new Finding(Disagreement.Surprise, surprise)),
        ];
        foreach (var kind in intents.GroupBy(intent => intent.Kind, StringComparer.Ordinal))
        {
            var rows = evidence.Rows.GetValueOrDefault(kind.Key) ?? [];
            if (Evidence.IsMade(kind.Key))
                findings.AddRange(Made(kind.Key, kind, rows));
            else if (Evidence.IsSettled(kind.Key))
                findings.AddRange(Settled(kind.Key, kind, rows));
        }

        // Of kinds that nobody asked for, too.
        var asked = intents.Select(intent => intent.Kind).ToHashSet(StringComparer.Ordinal);
        foreach (var (kind, rows) in evidence.Rows.Where(rows => !asked.Contains(rows.Key)))
            findings.AddRange(rows.Where(row => !Evidence.WhenUntouched(kind).Contains(row.Value)).Select(row => Unasked(kind, row)));
        return findings;
    }

    private static IEnumerable<Finding> Made(string kind, IEnumerable<Intent> intents, Row[] rows)
    {
        // One that has lost its name goes by the id that was told.
        var names = intents.Where(intent => intent.Id is not null).DistinctBy(intent => intent.Id, StringComparer.Ordinal)
            .ToDictionary(intent => intent.Id!, intent => intent.Subject, StringComparer.Ordinal);
        rows = [.. rows.Select(row => row.Subject.Length == 0 && names.TryGetValue(row.Id, out var name) ? row with { Subject = name } : row)];
        var there = rows.ToLookup(row => row.Subject, StringComparer.Ordinal);
        var subjects = intents.GroupBy(intent => intent.Subject, StringComparer.Ordinal).ToDictionary(group => group.Key, StringComparer.Ordinal);
        foreach (var (subject, wanted) in subjects)
        {
            var found = there[subject].ToArray();
            var told = wanted.Where(intent => intent.Outcome == Outcome.Acknowledged).ToArray();
            if (found.Length > 1)
                yield return new(Disagreement.Doubled, $"{kind} {subject}: {string.Join(", ", found.Select(row => row.Id))}; {Numbers(wanted)}");
            else if (found.Length == 0 && told.Length > 0)
                yield return new(Disagreement.Lost, $"{kind} {subject}: {Numbers(told)}");
            else if (found.Length == 1 && told.Length == 0 && wanted.All(intent => intent.Outcome == Outcome.Refused && !intent.IsAmbiguous))
                yield return new(Disagreement.Unasked, $"{kind} {subject} was refused; {Numbers(wanted)}");
            if (found.Length != 1)
                continue;
            foreach (var intent in told.Where(intent => intent.Id != found[0].Id || intent.Value != found[0].Value))
                yield return new(Disagreement.Changed, $"{kind} {subject}: {found[0].Id} {found[0].Value}, but told was {intent.Id} {intent.Value}; {intent.Number}");
        }

        foreach (var row in rows.Where(row => !subjects.ContainsKey(row.Subject)))
            yield return Unasked(kind, row);
    }

    private static IEnumerable<Finding> Settled(string kind, IEnumerable<Intent> intents, Row[] rows)
    {
        var there = rows.ToDictionary(row => row.Subject, row => row.Value, StringComparer.Ordinal);
        var untouched = Evidence.WhenUntouched(kind);
        var subjects = intents.GroupBy(intent => intent.Subject, StringComparer.Ordinal).ToDictionary(group => group.Key, StringComparer.Ordinal);
        foreach (var (subject, wanted) in subjects)
        {
            var value = there.GetValueOrDefault(subject) ?? "off";
            // What nobody told of may have come later than what somebody did.
            var last = wanted.LastOrDefault(intent => intent.Outcome == Outcome.Acknowledged);
            var allowed = wanted.Where(intent => intent.IsAmbiguous).Select(intent => intent.Value)
                .Concat(last is null ? untouched : [last.Value]).ToHashSet(StringComparer.Ordinal);
            if (allowed.Contains(value))
                continue;
            var kindOfIt = last is null ? Disagreement.Unasked : untouched.Contains(value) ? Disagreement.Lost : Disagreement.Changed;
            yield return new(kindOfIt, $"{kind} {subject} is {value}, not {string.Join(" or ", allowed)}; {Numbers(wanted)}");
        }

        foreach (var row in rows.Where(row => !subjects.ContainsKey(row.Subject) && !untouched.Contains(row.Value)))
            yield return Unasked(kind, row);
    }

    private static Finding Unasked(string kind, Row row) => new(Disagreement.Unasked, $"{kind} {row.Subject} {row.Id} {row.Value}, for which nobody asked");

    private static string Numbers(IEnumerable<Intent> intents) => $"intents {string.Join(' ', intents.Select(intent => intent.Number))}";
}
