using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace StyleShare.Backups;

/// <summary>Starts PostgreSQL's own programs for dumping and restoring, which know each version's details best.</summary>
internal sealed class PostgresPrograms(IOptions<BackupOptions> options)
{
    private const string DebianFolder = "/usr/lib/postgresql";

    /// <summary>What of a silo's environment these programs get: the rest is none of their business.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "TZ", "PGPASSWORD", "PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];

    /// <summary>Starts a program against a database.</summary>
    /// <param name="name"><c>pg_dump</c> or <c>pg_restore</c>.</param>
    /// <param name="database">Where; its password goes by the environment.</param>
    /// <param name="server">The server's version: the program may not be older.</param>
    /// <param name="arguments">Its arguments, without secrets.</param>
    public PostgresProgram Start(string name, NpgsqlConnectionStringBuilder database, Version server, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Find(name, server.Major), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var inherited = Inherited.Where(start.Environment.ContainsKey).ToDictionary(variable => variable, variable => start.Environment[variable], StringComparer.Ordinal);
        start.Environment.Clear();
        foreach (var (variable, value) in inherited)
            start.Environment[variable] = value;
        foreach (var (variable, value) in EnvironmentOf(database))
            start.Environment[variable] = value;
        return new PostgresProgram(name, Process.Start(start) ?? throw BackupErrors.NoProgram(name));
    }

    /// <summary>The environment by which libpq finds a database (PostgreSQL 15, 34.15).</summary>
    internal static IEnumerable<KeyValuePair<string, string>> EnvironmentOf(NpgsqlConnectionStringBuilder database)
    {
        yield return new("LC_ALL", "C.UTF-8");
        yield return new("PGAPPNAME", "styleshare-backup");
        yield return new("PGCONNECT_TIMEOUT", "10");
        yield return new("PGCLIENTENCODING", "UTF8");
        yield return new("PGHOST", database.Host ?? "localhost");
        yield return new("PGPORT", database.Port.ToString(CultureInfo.InvariantCulture));
        if ((database.Database ?? database.Username) is { } name)
            yield return new("PGDATABASE", name);
        if (database.Username is { } user)
            yield return new("PGUSER", user);
        if (database.Password is { Length: > 0 } password)
            yield return new("PGPASSWORD", password);
        if (database.Passfile is { Length: > 0 } file)
            yield return new("PGPASSFILE", file);
        if (database.RootCertificate is { Length: > 0 } root)
            yield return new("PGSSLROOTCERT", root);
        if (database.SslCertificate is { Length: > 0 } certificate)
            yield return new("PGSSLCERT", certificate);
        if (database.SslKey is { Length: > 0 } key)
            yield return new("PGSSLKEY", key);
        yield return new("PGSSLMODE", database.SslMode switch
        {
            SslMode.Disable => "disable",
            SslMode.Allow => "allow",
            SslMode.Require => "require",
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => "prefer",
        });
    }

    // Of Debian's the one of the server's version, else the next newer one.
    private string Find(string name, int server)
    {
        if (options.Value.Programs is { Length: > 0 } folder)
            return File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : throw BackupErrors.NoProgram(Path.Combine(folder, name));
        var versions = Directory.Exists(DebianFolder) ? Directory.EnumerateDirectories(DebianFolder) : [];
        var found = versions
            .Select(version => (Folder: version, Number: int.TryParse(Path.GetFileName(version), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0))
            .Where(version => version.Number >= server && File.Exists(Path.Combine(version.Folder, "bin", name)))
            .OrderBy(version => version.Number)
            .Select(version => Path.Combine(version.Folder, "bin", name))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(place => Path.Combine(place, name)).Where(File.Exists));
        return found.FirstOrDefault() ?? throw BackupErrors.NoProgram(name);
    }
}
