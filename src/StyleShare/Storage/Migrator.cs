using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace StyleShare.Storage;

/// <summary>
/// Brings the database's schema up to date: the features' <c>Migrations/NNNN_name.sql</c>, in the order of their numbers,
/// each in a transaction of its own, one silo at a time. Forward only; a silo of the previous version goes on beside it.
/// </summary>
public static partial class Migrator
{
    /// <summary>"StyleSha" as a number: the advisory lock that migrating silos wait for.</summary>
    private const long Lock = 0x5374_796C_6553_6861;

    private const string CreateTable =
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number integer PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """;

    /// <summary>A hash of all migrations, which names the schema that this version makes.</summary>
    public static string Fingerprint { get; } = Hash(string.Concat(Read().Select(m => m.Checksum)));

    /// <summary>The number of the last migration that this version knows.</summary>
    public static int Newest { get; } = Read()[^1].Number;

    /// <summary>Applies what is not applied yet.</summary>
    /// <param name="source">Leads to the server itself (<see cref="DirectSource"/>), for the lock is a session's.</param>
    /// <param name="log">Told of each migration.</param>
    /// <param name="cancellation">Ends it between two migrations.</param>
    /// <exception cref="InvalidOperationException">An applied migration was changed since.</exception>
    public static async Task RunAsync(NpgsqlDataSource source, ILogger log, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Lock})", cancellation);
        try
        {
            await ApplyAsync(connection, log, cancellation);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    /// <summary>Whether every migration that this version knows is applied.</summary>
    public static async Task<bool> IsUpToDateAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var exists = new NpgsqlCommand("SELECT to_regclass('schema_migrations') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
            return false;
        var applied = await AppliedAsync(connection, cancellation);
        return Read().TrueForAll(m => applied.ContainsKey(m.Number));
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, ILogger log, CancellationToken cancellation)
    {
        await ExecuteAsync(connection, CreateTable, cancellation);
        var applied = await AppliedAsync(connection, cancellation);
        var known = Read();
        foreach (var migration in known)
        {
            if (!applied.Remove(migration.Number, out var checksum))
                await ApplyAsync(connection, migration, log, cancellation);
            else if (checksum != migration.Checksum)
                throw new InvalidOperationException(
                    $"Migration {migration.Number:0000} {migration.Name} was changed after it was applied to this database. " +
                    "Applied migrations stay as they are: put the change into a new one.");
        }

        foreach (var number in applied.Keys.Order())
            log.NewerMigration(number);
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, Migration migration, ILogger log, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, migration.Sql, cancellation);
        await using var record = new NpgsqlCommand(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)", connection, transaction);
        record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Number });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Checksum });
        await record.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        log.Migrated(migration.Number, migration.Name);
    }

    private static async Task<Dictionary<int, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        Dictionary<int, string> applied = [];
        await using var command = new NpgsqlCommand("SELECT number, checksum FROM schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // Building an index of a grown table takes as long as it takes; the lock's waiters wait for it.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static List<Migration> Read()
    {
        var assembly = typeof(Migrator).Assembly;
        List<Migration> migrations = [];
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            var name = ResourceName().Match(resource);
            if (!name.Success)
                continue;
            var sql = ReadText(assembly, resource);
            migrations.Add(new Migration(
                int.Parse(name.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture),
                name.Groups["name"].Value,
                sql,
                Hash(sql)));
        }

        migrations.Sort((a, b) => a.Number.CompareTo(b.Number));
        for (var i = 1; i < migrations.Count; i++)
        {
            if (migrations[i].Number == migrations[i - 1].Number)
                throw new InvalidOperationException($"Two migrations have the number {migrations[i].Number:0000}.");
        }

        return migrations;
    }

    private static string ReadText(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex(@"\.Migrations\.(?<number>\d{4})_(?<name>\w+)\.sql$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ResourceName();

    private sealed record Migration(int Number, string Name, string Sql, string Checksum);
}
