using System.Globalization;
using System.Text;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>What came of it, as a page of Markdown.</summary>
internal static class Report
{
    public static string Of(int seed, History history, int clients, Evidence evidence, IReadOnlyCollection<Finding> findings)
    {
        var intents = history.Intents;
        var attempts = intents.Sum(intent => intent.Attempts.Count);
        var audit = evidence.Violations.Count(IsOfAudit);
        var text = new StringBuilder();
        Line($"Seed {seed}, {history.Now.TotalSeconds:F0} s, {clients} clients.");
        Line($"");
        Line($"| what | |");
        Line($"| --- | --- |");
        Line($"| things wanted | {intents.Count:N0} |");
        Line($"| requests for them | {attempts:N0} |");
        Line($"| acknowledged | {Of(Outcome.Acknowledged):N0} |");
        Line($"| refused for a reason | {Of(Outcome.Refused):N0} |");
        Line($"| given up on, outcome unknown | {Of(Outcome.Unknown):N0} |");
        Line($"| faults injected | {history.Blows.Count} |");
        Line($"| acknowledged and lost | {Found(Disagreement.Lost)} |");
        Line($"| doubled | {Found(Disagreement.Doubled)} |");
        Line($"| not as it was told | {Found(Disagreement.Changed)} |");
        Line($"| refused or unasked, and there | {Found(Disagreement.Unasked)} |");
        Line($"| rows that contradict each other | {Found(Disagreement.Contradiction)} |");
        Line($"| answers without a reason | {Found(Disagreement.Surprise)} |");
        Line($"| audit of the ledger | {(audit == 0 ? "clean" : $"{audit} problems")} |");
        Line($"");
        Line($"To recover: from the blow to the first request of a client that was sent after it and served, for each client.");
        Line($"");
        Line($"| fault | times | it lasted, s | p50, s | p99, s |");
        Line($"| --- | --- | --- | --- | --- |");
        var recoveries = Recoveries(history);
        foreach (var fault in history.Blows.GroupBy(blow => blow.Fault, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var took = fault.SelectMany(blow => recoveries[blow]).Order().ToArray();
            var lasted = fault.Average(blow => ((blow.Over ?? blow.At) - blow.At).TotalSeconds);
            Line($"| {fault.Key} | {fault.Count()} | {lasted:F1} | {Percentile(took, 50):F2} | {Percentile(took, 99):F2} |");
        }

        var all = recoveries.Values.SelectMany(took => took).Order().ToArray();
        Line($"| all | {history.Blows.Count} | | {Percentile(all, 50):F2} | {Percentile(all, 99):F2} |");
        foreach (var finding in findings.Take(100))
            Line($"- {finding}");
        return text.ToString();

        int Of(Outcome outcome) => intents.Count(intent => intent.Outcome == outcome);
        int Found(Disagreement kind) => findings.Count(finding => finding.Kind == kind);
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static bool IsOfAudit(string violation) => violation.StartsWith("ledger: ", StringComparison.Ordinal)
        || violation.StartsWith("holds: ", StringComparison.Ordinal) || violation.StartsWith("purchases: ", StringComparison.Ordinal);

    // Of each client of the town, in seconds.
    private static Dictionary<Blow, double[]> Recoveries(History history)
    {
        var served = history.Intents.Where(intent => intent.Client >= 0 && intent.Outcome != Outcome.Unknown)
            .GroupBy(intent => intent.Client)
            .Select(client => client.Select(intent => intent.Attempts[^1]).OrderBy(attempt => attempt.SentAt).ToArray())
            .ToArray();
        return history.Blows.ToDictionary(blow => blow, blow => served
            .Select(attempts => attempts.FirstOrDefault(attempt => attempt.SentAt >= blow.At))
            .OfType<Attempt>()
            .Select(attempt => (attempt.AnsweredAt - blow.At).TotalSeconds)
            .ToArray());
    }

    private static double Percentile(double[] sorted, int percent) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
