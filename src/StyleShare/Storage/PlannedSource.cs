using Npgsql;

namespace StyleShare.Storage;

/// <summary>
/// Makes connections whose statements are planned as <see cref="SessionSettings"/> say. Where a pooler stands between us and
/// the server, a connection is one and the same for a transaction only: there the settings go with each.
/// </summary>
/// <param name="source">Opens the connections.</param>
/// <param name="pooler">What stands between us and the server.</param>
internal abstract class PlannedSource(NpgsqlDataSource source, Pooler pooler) : IAsyncDisposable
{
    private readonly bool _byTransaction = pooler == Pooler.Transaction;

    public NpgsqlDataSource DataSource { get; } = source;

    /// <summary>Opens a connection that is kept, for statements with these settings.</summary>
    public async Task<NpgsqlConnection> OpenAsync(SessionSettings settings, CancellationToken cancellation)
    {
        var connection = await DataSource.OpenConnectionAsync(cancellation);
        if (_byTransaction)
            return connection;
        try
        {
            await using var session = new NpgsqlCommand(settings.ForSession, connection);
            await session.ExecuteNonQueryAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a batch on a connection with these settings begins with; null for nothing.</summary>
    public NpgsqlBatchCommand? First(SessionSettings settings) =>
        _byTransaction ? new NpgsqlBatchCommand(settings.ForTransaction) : null;

    /// <summary>A transaction of a statement, or of several that are added; to be read by <see cref="ReadAsync"/>.</summary>
    public NpgsqlBatch Batch(SessionSettings settings, NpgsqlConnection? connection = null, params ReadOnlySpan<NpgsqlBatchCommand> commands)
    {
        var batch = connection is null ? DataSource.CreateBatch() : connection.CreateBatch();
        if (First(settings) is { } first)
            batch.BatchCommands.Add(first);
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        return batch;
    }

    /// <summary>The answers of such a batch, at the first one that is asked for.</summary>
    public async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancellation)
    {
        var reader = await batch.ExecuteReaderAsync(cancellation);
        try
        {
            if (_byTransaction)
                await reader.NextResultAsync(cancellation);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}

/// <summary>Makes the lanes' connections and those that claim jobs, which are kept open.</summary>
internal sealed class LaneDataSource(NpgsqlDataSource source, Pooler pooler) : PlannedSource(source, pooler);

/// <summary>
/// Makes the connections that read and acknowledge events and renew leases: few, and their own, so that events flow while those
/// for reading are all taken.
/// </summary>
internal sealed class StreamSource(NpgsqlDataSource source, Pooler pooler) : PlannedSource(source, pooler)
{
    /// <summary>
    /// As for lanes, plans by index are right whatever the arrays hold. What is acknowledged or renewed here may be lost with
    /// the server: then it is done again.
    /// </summary>
    internal static readonly SessionSettings Settings = new(
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("enable_material", "off"),
        ("enable_memoize", "off"),
        ("max_parallel_workers_per_gather", "0"),
        ("jit", "off"),
        ("synchronous_commit", "off"));

    public NpgsqlBatch Batch(params ReadOnlySpan<NpgsqlBatchCommand> commands) => Batch(Settings, connection: null, commands);
}
