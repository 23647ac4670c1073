using Npgsql;
using NpgsqlTypes;

namespace StyleShare.Storage;

/// <summary>A lane's connection: sends groups, each with a marker row that says afterwards whether it was committed.</summary>
internal sealed class LaneConnection(LaneDataSource source) : IAsyncDisposable
{
    /// <summary>Markers of groups whose outcome is known are deleted in passing, after so many groups.</summary>
    private const int PruneEvery = 1_000;

    /// <summary>
    /// A group's arrays have no statistics, so a planner that guesses may scan a table; a plan that goes row by row through
    /// the index of the written table is right for every group, and made once. Also where the table is empty yet: reading all
    /// of it into memory is cheap then, and no more when it has grown and the plan is still the same.
    /// </summary>
    internal static readonly SessionSettings Settings = new(
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("enable_material", "off"),
        ("enable_memoize", "off"),
        ("enable_seqscan", "off"),
        ("jit", "off"),
        ("synchronous_commit", "on"));

    private const string Mark = "INSERT INTO commit_groups (lane, sequence) VALUES ($1, $2)";
    private const string Prune = "DELETE FROM commit_groups WHERE lane = $1 AND sequence < $2";
    private const string Forget = "DELETE FROM commit_groups WHERE lane = $1";

    private readonly Guid _lane = Guid.NewGuid();
    private long _sequence;
    private NpgsqlConnection? _connection;
    private NpgsqlBatch? _batch;
    private readonly NpgsqlBatchCommand? _first = source.First(Settings);
    private NpgsqlBatchCommand _mark = new(Mark);
    private NpgsqlParameter<long> _marked = new();

    public bool IsOpen => _connection is { FullState: System.Data.ConnectionState.Open };

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await DisposeAsync();
        var connection = await source.OpenAsync(Settings, cancellation);
        _connection = connection;
        _batch = connection.CreateBatch();
        _mark = new NpgsqlBatchCommand(Mark) { Parameters = { LaneParameter(), (_marked = SequenceParameter()) } };
    }

    /// <summary>Sends a group; one transaction without BEGIN and COMMIT, for a batch is one until its end.</summary>
    public async Task ExecuteAsync(CommitGroup group, CancellationToken cancellation)
    {
        var batch = _batch!;
        _marked.TypedValue = ++_sequence;
        batch.BatchCommands.Clear();
        if (_first is not null)
            batch.BatchCommands.Add(_first);
        batch.BatchCommands.Add(_mark);
        group.AddTo(batch);
        if (_sequence % PruneEvery == 0)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Prune) { Parameters = { LaneParameter(), SequenceParameter() } });

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Whether the last group was committed. Writes its marker: either it is there, then the group was committed; or it is
    /// now, then the group never will be, for its own marker would be a second one. Waits for a group that is still under way.
    /// </summary>
    public async Task<bool> WasCommittedAsync(CancellationToken cancellation)
    {
        await using var mark = new NpgsqlCommand(Mark + " ON CONFLICT DO NOTHING", _connection)
        {
            Parameters = { LaneParameter(), SequenceParameter() },
        };
        return await mark.ExecuteNonQueryAsync(cancellation) == 0;
    }

    /// <summary>Forgets the markers of this lane, whose groups are all known.</summary>
    public async Task ForgetMarkersAsync(CancellationToken cancellation)
    {
        await using var forget = new NpgsqlCommand(Forget, _connection) { Parameters = { LaneParameter() } };
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

    private NpgsqlParameter<Guid> LaneParameter() => new() { TypedValue = _lane, NpgsqlDbType = NpgsqlDbType.Uuid };

    private NpgsqlParameter<long> SequenceParameter() => new() { TypedValue = _sequence, NpgsqlDbType = NpgsqlDbType.Bigint };
}
