using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Objects;
using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Backups;

/// <summary>What became of a restore.</summary>
/// <param name="Backup">What was restored.</param>
/// <param name="Differences">Tables that have another number of rows than they had: none, if all is well.</param>
/// <param name="Problems">What the ledger's audit found in the restored database.</param>
public sealed record RestoreReport(BackupManifest Backup, ImmutableArray<string> Differences, ImmutableArray<AuditProblem> Problems)
{
    /// <summary>Whether the database is proved to be what was backed up, with a ledger in order.</summary>
    public bool IsGood => Differences.IsEmpty && Problems.IsEmpty;
}

/// <summary>Brings a backup into an empty database, and proves that it is there.</summary>
public sealed class BackupRestorer
{
    /// <summary>What is read of a dump at a time, so that no connection to the store waits for the database.</summary>
    private const int ChunkBytes = 8 * 1024 * 1024;

    private readonly BackupStore _store;
    private readonly IObjectStore _objects;
    private readonly PostgresPrograms _programs;
    private readonly LedgerAudit _audit;
    private readonly BackupOptions _options;
    private readonly ILogger<BackupRestorer> _log;

    internal BackupRestorer(
        BackupStore store,
        IObjectStore objects,
        PostgresPrograms programs,
        LedgerAudit audit,
        IOptions<BackupOptions> options,
        ILogger<BackupRestorer> log)
    {
        _store = store;
        _objects = objects;
        _programs = programs;
        _audit = audit;
        _options = options.Value;
        _log = log;
    }

    /// <summary>Restores a backup.</summary>
    /// <param name="name">Which; null for the newest one.</param>
    /// <param name="into">Leads to an empty database; the password is in the environment (<c>PGPASSWORD</c>), not here.</param>
    /// <param name="say">Told what is going on.</param>
    /// <param name="cancellation">Ends it; the database stays empty.</param>
    /// <exception cref="Refusal">
    /// <c>backup_not_found</c>, <c>backup_damaged</c>, <c>backup_too_new</c>, <c>database_not_empty</c>, <c>password_in_arguments</c>,
    /// <c>backup_program_missing</c>, <c>backup_program_failed</c>: nothing was changed.
    /// </exception>
    public async Task<RestoreReport> Restore(string? name, string into, Action<string> say, CancellationToken cancellation)
    {
        var target = new NpgsqlConnectionStringBuilder(into);
        if (target.Password is { Length: > 0 })
            throw BackupErrors.PasswordGiven();
        var backup = await _store.Find(name, cancellation);
        if (backup.Schema > Migrator.Newest)
            throw BackupErrors.TooNew(backup.Name, backup.Schema, Migrator.Newest);

        await using var source = NpgsqlDataSource.Create(target);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        if (await DatabaseFacts.Anything(connection, cancellation) is { } there)
            throw BackupErrors.NotEmpty(there);

        // Read twice: a transaction of a damaged dump could be committed before its last byte is known.
        say($"checking {backup.Name}, made at {backup.MadeAt:u}, {backup.Bytes} bytes");
        await Check(backup, Stream.Null, cancellation);
        say("restoring it");
        await Fill(backup, target, connection.PostgreSqlVersion, cancellation);
        await Execute(connection, "ANALYZE", cancellation);

        var rows = await DatabaseFacts.Rows(connection, _options.AuditTimeLimit, cancellation);
        var differences = Compare(backup.Rows, rows);
        if (backup.Schema < Migrator.Newest)
            say($"bringing its schema from {backup.Schema:0000} to {Migrator.Newest:0000}");
        await Migrator.RunAsync(source, _log, cancellation);
        say("auditing the ledger");
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var problems = await _audit.RunIn(connection, transaction, _options.AuditTimeLimit, cancellation);
        return new RestoreReport(backup, differences, problems);
    }

    private async Task Fill(BackupManifest backup, NpgsqlConnectionStringBuilder target, Version server, CancellationToken cancellation)
    {
        await using var program = _programs.Start(
            "pg_restore",
            target,
            server,
            $"--dbname={Quoted(target.Database ?? target.Username ?? "")}",
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            "--no-password");
        try
        {
            await Check(backup, program.Input, cancellation);
            program.Input.Close();
        }
        catch (IOException)
        {
            // It has ended and says why.
        }

        await program.Ended(cancellation);
    }

    /// <summary>Copies a dump; throws if it is not the one that was made.</summary>
    private async Task Check(BackupManifest backup, Stream to, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var at = 0L; at < backup.Bytes;)
            {
                var length = await Read(backup, at, buffer, cancellation);
                hash.AppendData(buffer, 0, length);
                await to.WriteAsync(buffer.AsMemory(0, length), cancellation);
                at += length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != backup.Sha256)
            throw BackupErrors.Damaged(backup.Name);
    }

    private async Task<int> Read(BackupManifest backup, long at, byte[] buffer, CancellationToken cancellation)
    {
        var length = (int)Math.Min(ChunkBytes, backup.Bytes - at);
        await using var part = await _objects.Get(backup.Dump, new ObjectRange(at, length), cancellation);
        if (part is null || part.Head.Bytes != backup.Bytes)
            throw BackupErrors.Damaged(backup.Name);
        await part.Content.ReadExactlyAsync(buffer.AsMemory(0, length), cancellation);
        return length;
    }

    private static ImmutableArray<string> Compare(ImmutableSortedDictionary<string, long> before, ImmutableSortedDictionary<string, long> now) =>
    [
        .. before.Keys.Union(now.Keys)
            .Where(table => before.GetValueOrDefault(table, -1) != now.GetValueOrDefault(table, -1))
            .Select(table => $"{table}: {before.GetValueOrDefault(table, -1)} rows were backed up, {now.GetValueOrDefault(table, -1)} are there"),
    ];

    // As a connection string of libpq: a bare name with a = in it would be taken for one.
    private static string Quoted(string database) =>
        $"dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
