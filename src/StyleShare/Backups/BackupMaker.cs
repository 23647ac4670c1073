using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Backups;

/// <summary>
/// Makes backups: <c>pg_dump</c> of one snapshot, compressed, streamed to object storage; and of the same snapshot the counts
/// and the ledger's audit, by which a restore is proved. Writers are not held up, and nothing of it is kept on this machine.
/// </summary>
public sealed class BackupMaker
{
    private readonly DirectSource _database;
    private readonly BackupStore _store;
    private readonly PostgresPrograms _programs;
    private readonly LedgerAudit _audit;
    private readonly BackupOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<BackupMaker> _log;

    internal BackupMaker(
        DirectSource database,
        BackupStore store,
        PostgresPrograms programs,
        LedgerAudit audit,
        IOptions<BackupOptions> options,
        TimeProvider clock,
        ILogger<BackupMaker> log)
    {
        _database = database;
        _store = store;
        _programs = programs;
        _audit = audit;
        _options = options.Value;
        _clock = clock;
        _log = log;
    }

    /// <summary>Makes one.</summary>
    /// <exception cref="Refusal"><c>backup_program_missing</c>, <c>backup_program_failed</c>.</exception>
    /// <exception cref="Objects.ObjectStoreUnavailable">To be tried again.</exception>
    public async Task<BackupManifest> Make(CancellationToken cancellation)
    {
        var started = _clock.GetTimestamp();
        await using var connection = await _database.DataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var (snapshot, madeAt) = await Snapshot(connection, cancellation);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{madeAt:yyyyMMdd'T'HHmmss'Z'}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}");

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var dumping = Dump(name, snapshot, connection, either.Token);
        var reading = Facts(connection, transaction, either.Token);

        // If one fails, the other one is not needed any more.
        if (await Task.WhenAny(dumping, reading) is { IsCompletedSuccessfully: false })
            await either.CancelAsync();
        await Task.WhenAll(dumping, reading);
        var (key, bytes, sha256) = await dumping;
        var (schema, rows, problems) = await reading;
        var manifest = new BackupManifest(name, madeAt, schema, connection.PostgreSqlVersion.ToString(), key, bytes, sha256, rows, problems);
        await _store.PutManifest(manifest, cancellation);
        _log.Made(name, bytes, rows.Values.Sum(), _clock.GetElapsedTime(started).TotalSeconds);
        if (!problems.IsEmpty)
            _log.MadeOfProblems(name, problems.Length);
        return manifest;
    }

    private static async Task<(string Id, DateTimeOffset At)> Snapshot(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SET TRANSACTION READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_export_snapshot(), date_trunc('milliseconds', now())",
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1));
    }

    private async Task<(string Key, long Bytes, string Sha256)> Dump(
        string name, string snapshot, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var program = _programs.Start(
            "pg_dump",
            new NpgsqlConnectionStringBuilder(_database.ConnectionString),
            connection.PostgreSqlVersion,
            [
                "--format=custom", string.Create(CultureInfo.InvariantCulture, $"--compress={_options.Compression}"), $"--snapshot={snapshot}",
                "--no-owner", "--no-privileges", "--no-password", "--lock-wait-timeout=60s",
                .. DatabaseFacts.WithoutRows.Select(table => $"--exclude-table-data={table}"),
            ]);
        program.Input.Close();
        await using var dump = new DumpStream(program);
        var key = await _store.PutDump(name, dump, cancellation);
        return (key, dump.Bytes, dump.Sha256());
    }

    private async Task<(int Schema, ImmutableSortedDictionary<string, long> Rows, ImmutableArray<AuditProblem> Problems)> Facts(
        NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var schema = await DatabaseFacts.Schema(connection, cancellation);
        var rows = await DatabaseFacts.Rows(connection, _options.AuditTimeLimit, cancellation);
        var problems = await _audit.RunIn(connection, transaction, _options.AuditTimeLimit, cancellation);
        return (schema, rows, problems);
    }
}
