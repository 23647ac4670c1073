using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Backups;

/// <summary>The commands of operators: <c>backup</c>, <c>backups</c>, <c>restore [NAME] --into CONNECTION</c>.</summary>
public static class BackupCommands
{
    private static readonly string[] Names = ["backup", "backups", "restore"];

    /// <summary>Whether the arguments are a command of these.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> args) => args.Count > 0 && Names.Contains(args[0], StringComparer.Ordinal);

    /// <summary>Runs it; the exit code is 0 only if all of it went well.</summary>
    /// <param name="args">The command first; settings (<c>--Section:Name value</c>) are passed over.</param>
    /// <param name="services">The product's; nothing of them needs to run.</param>
    /// <param name="output">Where its answer goes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Refusal">Why it cannot be done.</exception>
    public static Task<int> Run(IReadOnlyList<string> args, IServiceProvider services, TextWriter output, CancellationToken cancellation) => args[0] switch
    {
        "backup" => Backup(services, output, cancellation),
        "backups" => List(services, output, cancellation),
        _ => Restore(args, services, output, cancellation),
    };

    private static async Task<int> Backup(IServiceProvider services, TextWriter output, CancellationToken cancellation)
    {
        var backup = await services.GetRequiredService<BackupMaker>().Make(cancellation);
        await output.WriteLineAsync(Line(backup));
        await services.GetRequiredService<BackupStore>().Clean(cancellation);
        return backup.Problems.IsEmpty ? 0 : 1;
    }

    private static async Task<int> List(IServiceProvider services, TextWriter output, CancellationToken cancellation)
    {
        foreach (var backup in await services.GetRequiredService<BackupStore>().List(cancellation))
            await output.WriteLineAsync(Line(backup));
        return 0;
    }

    private static async Task<int> Restore(IReadOnlyList<string> args, IServiceProvider services, TextWriter output, CancellationToken cancellation)
    {
        var name = args.Count > 1 && !args[1].StartsWith('-') ? args[1] : null;
        if (Option(args, "--into") is not { Length: > 0 } into)
            throw BackupErrors.NoTarget();
        var report = await services.GetRequiredService<BackupRestorer>().Restore(name, into, output.WriteLine, cancellation);
        foreach (var difference in report.Differences)
            await output.WriteLineAsync($"different: {difference}");
        foreach (var problem in report.Problems)
            await output.WriteLineAsync($"audit: {problem.Check} {problem.Subject} {problem.Detail}");
        if (!report.Backup.Problems.IsEmpty)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"when it was made, the audit found {report.Backup.Problems.Length} problems"));
        await output.WriteLineAsync(report.IsGood
            ? string.Create(CultureInfo.InvariantCulture, $"{report.Backup.Name} is restored: {report.Backup.Rows.Values.Sum()} rows as backed up, and the ledger's audit finds nothing")
            : $"{report.Backup.Name} is restored, and is not what it should be");
        return report.IsGood ? 0 : 1;
    }

    private static string? Option(IReadOnlyList<string> args, string name)
    {
        for (var i = 1; i < args.Count; i++)
        {
            if (args[i] == name)
                return i + 1 < args.Count ? args[i + 1] : null;
            if (args[i].StartsWith(name + "=", StringComparison.Ordinal))
                return args[i][(name.Length + 1)..];
        }

        return null;
    }

    private static string Line(BackupManifest backup) => string.Create(
        CultureInfo.InvariantCulture,
        $"{backup.Name}  {backup.MadeAt:u}  {backup.Bytes} bytes  schema {backup.Schema:0000}  {backup.Rows.Values.Sum()} rows  {(backup.Problems.IsEmpty ? "audit clean" : $"audit: {backup.Problems.Length} problems")}");
}
