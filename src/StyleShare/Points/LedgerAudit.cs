using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Points;

/// <summary>A view that has a row (problem, subject, detail) for whatever is off in a feature's part of the ledger.</summary>
/// <param name="Name">The view's name.</param>
public sealed record AuditView(string Name);

/// <summary>Something that is off.</summary>
/// <param name="Check">Which promise is broken.</param>
/// <param name="Subject">Of what: the id of an account, a transaction, a purchase.</param>
/// <param name="Detail">How.</param>
public sealed record AuditProblem(string Check, string Subject, string Detail);

/// <summary>What an audit found.</summary>
/// <param name="CheckedAt">As of when.</param>
/// <param name="Problems">What is off; of many only the first of each view.</param>
public sealed record AuditReport(DateTimeOffset CheckedAt, ImmutableArray<AuditProblem> Problems)
{
    /// <summary>Whether nothing is off.</summary>
    public bool IsClean => Problems.IsEmpty;
}

/// <summary>Runs the audit views of all features, on one and the same state of the database.</summary>
public sealed class LedgerAudit(
    NpgsqlDataSource database, IEnumerable<AuditView> views, IOptions<LedgerOptions> options, TimeProvider clock, ILogger<LedgerAudit> log)
    : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Audits.</summary>
    /// <exception cref="Refusal"><c>audit_running</c>, <c>audit_too_long</c>.</exception>
    public async Task<AuditReport> Run(CancellationToken cancellation = default)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero, cancellation))
            throw LedgerErrors.AuditRunning();
        try
        {
            var started = clock.GetTimestamp();
            var report = await RunViews(cancellation);
            if (report.IsClean)
                log.AuditClean(clock.GetElapsedTime(started));
            else
                log.AuditFound(report.Problems.Length, report.Problems[0].Check, report.Problems[0].Subject);
            return report;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellation.IsCancellationRequested)
        {
            throw LedgerErrors.AuditTooLong();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<AuditReport> RunViews(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var now = new NpgsqlCommand("SET TRANSACTION READ ONLY; SELECT now()", connection, transaction);
        await using var time = await now.ExecuteReaderAsync(cancellation);
        await time.ReadAsync(cancellation);
        var checkedAt = time.GetFieldValue<DateTimeOffset>(0);
        await time.DisposeAsync();
        return new AuditReport(checkedAt, await RunIn(connection, transaction, options.Value.AuditTimeLimit, cancellation));
    }

    /// <summary>Audits what a transaction sees.</summary>
    /// <param name="connection">The connection of the transaction, to any database of this schema.</param>
    /// <param name="transaction">Repeatable read, so that all views look at one state.</param>
    /// <param name="limit">How long each statement may take.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<ImmutableArray<AuditProblem>> RunIn(
        NpgsqlConnection connection, NpgsqlTransaction transaction, TimeSpan limit, CancellationToken cancellation)
    {
        // A connection for reading keeps its session's state, so what is set here holds for this transaction only.
        await using var session = new NpgsqlCommand(
            string.Create(
                CultureInfo.InvariantCulture,
                $"SET LOCAL statement_timeout = {(long)limit.TotalMilliseconds}; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"),
            connection,
            transaction);
        await session.ExecuteNonQueryAsync(cancellation);
        var problems = ImmutableArray.CreateBuilder<AuditProblem>();
        foreach (var view in views)
            await Read(view, connection, transaction, limit, problems, cancellation);
        return problems.DrainToImmutable();
    }

    private async Task Read(
        AuditView view,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        TimeSpan limit,
        ImmutableArray<AuditProblem>.Builder problems,
        CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT problem, subject, detail FROM {SqlName.Checked(view.Name)} LIMIT $1", connection, transaction)
        {
            // The server's own limit comes first; this one is for a server that does not answer any more.
            CommandTimeout = (int)limit.TotalSeconds + 5,
            Parameters = { new NpgsqlParameter<int> { TypedValue = options.Value.AuditProblems } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            problems.Add(new AuditProblem(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
    }
}
