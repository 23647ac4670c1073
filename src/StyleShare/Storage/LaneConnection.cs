using Npgsql;
using NpgsqlTypes;

namespace StyleShare.Storage;

/// <summary>A lane's connection: sends groups, each with a marker row that says afterwards whether it was committed.</summary>
internal sealed class LaneConnection(NpgsqlDataSource source) : IAsyncDisposable
{
    /// <summary>Markers of groups whose outcome is known are deleted in passing, after so many groups.</summary>
    private const int PruneEvery = 1_000;

    /// <summary>
    /// A group's arrays have no statistics, so a planner that guesses may scan a table; a plan that goes row by row through
    /// the index of the written table is right for every group, and made once.
    /// </summary>
    private const string Session =
        """
        SET plan_cache_mode = force_generic_plan; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SET enable_seqscan = off; SET jit = off; SET synchronous_commit = on
        """;

    private readonly NpgsqlParameter<Guid> _lane = new() { TypedValue = Guid.NewGuid(), NpgsqlDbType = NpgsqlDbType.Uuid };
    private readonly NpgsqlParameter<long> _sequence = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlBatchCommand _mark = new("INSERT INTO commit_groups (lane, sequence) VALUES ($1, $2)");
    private readonly NpgsqlBatchCommand _prune = new("DELETE FROM commit_groups WHERE lane = $1 AND sequence < $2");
    private NpgsqlConnection? _connection;
    private NpgsqlBatch? _batch;

    public bool IsOpen => _connection is not null;

    public async Task OpenAsync(CancellationToken cancellation)
    {
        if (_connection is not null)
            return;
        if (_mark.Parameters.Count == 0)
        {
            _mark.Parameters.Add(_lane);
            _mark.Parameters.Add(_sequence);
            _prune.Parameters.Add(_lane.Clone());
            _prune.Parameters.Add(_sequence.Clone());
        }

        var connection = source.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellation);
            await using var session = new NpgsqlCommand(Session, connection);
            await session.ExecuteNonQueryAsync(cancellation);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        _connection = connection;
        _batch = connection.CreateBatch();
    }

    /// <summary>Sends a group; one transaction without BEGIN and COMMIT, for a batch is one until its end.</summary>
    public async Task ExecuteAsync(CommitGroup group, CancellationToken cancellation)
    {
        var batch = _batch!;
        _sequence.TypedValue++;
        batch.BatchCommands.Clear();
        batch.BatchCommands.Add(_mark);
        group.AddTo(batch);
        if (_sequence.TypedValue % PruneEvery == 0)
        {
            ((NpgsqlParameter<long>)_prune.Parameters[1]).TypedValue = _sequence.TypedValue;
            batch.BatchCommands.Add(_prune);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Whether the last group was committed. Writes its marker: either it is there, then the group was committed; or it is
    /// now, then the group never will be, for its own marker would be a second one. Waits for a group that is still under way.
    /// </summary>
    public async Task<bool> WasCommittedAsync(CancellationToken cancellation)
    {
        await using var mark = new NpgsqlCommand(_mark.CommandText + " ON CONFLICT DO NOTHING", _connection);
        mark.Parameters.Add(_lane.Clone());
        mark.Parameters.Add(_sequence.Clone());
        return await mark.ExecuteNonQueryAsync(cancellation) == 0;
    }

    /// <summary>Forgets the markers of this lane, whose groups are all known.</summary>
    public async Task ForgetMarkersAsync(CancellationToken cancellation)
    {
        await using var forget = new NpgsqlCommand("DELETE FROM commit_groups WHERE lane = $1", _connection);
        forget.Parameters.Add(_lane.Clone());
        await forget.ExecuteNonQueryAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        _batch?.BatchCommands.Clear();
        _batch = null;
        await connection.DisposeAsync();
    }
}
