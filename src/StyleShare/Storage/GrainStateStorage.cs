using System.Globalization;
using System.Text.Json;
using Npgsql;
using Orleans.Storage;

namespace StyleShare.Storage;

/// <summary>
/// <see cref="IGrainStorage"/> on the committer, for grains whose changes are their state alone: JSON in one table, the
/// version as ETag. A cleared state keeps its row, so that a writer from before the clearing is still found stale.
/// </summary>
public sealed class GrainStateStorage : IGrainStorage
{
    /// <summary>The storage's name, for <c>[PersistentState("…", GrainStateStorage.Name)]</c>.</summary>
    public const string Name = "styleshare";

    private const string Select = "SELECT version, state FROM grain_state WHERE type = $1 AND id = $2";

    private static readonly Column<Row>[] Columns =
    [
        Column.Text<Row>("type", r => r.Type),
        Column.Text<Row>("id", r => r.Id),
        Column.Bigint<Row>("version", r => r.Version),
        Column.Jsonb<Row>("state", r => r.State),
    ];

    private static readonly Statement<Row> Insert = new(
        "grain_state_insert",
        "INSERT INTO grain_state (type, id, version, state) SELECT type, id, version + 1, state FROM rows",
        Expect.Any,
        Columns)
    {
        FencingConstraint = "grain_state_pkey",
    };

    private static readonly Statement<Row> Update = new(
        "grain_state_update",
        """
        UPDATE grain_state AS s SET version = rows.version + 1, state = rows.state FROM rows
        WHERE s.type = rows.type AND s.id = rows.id AND s.version = rows.version
        """,
        Expect.EveryRow,
        Columns);

    private readonly NpgsqlDataSource _source;
    private readonly ICommitter _committer;
    private readonly JsonSerializerOptions _json;

    /// <summary>Creates the storage.</summary>
    /// <param name="source">For reading.</param>
    /// <param name="committer">For writing.</param>
    /// <param name="json">How state is written; null for the defaults of the web.</param>
    public GrainStateStorage(NpgsqlDataSource source, ICommitter committer, JsonSerializerOptions? json = null)
    {
        _source = source;
        _committer = committer;
        _json = json ?? JsonSerializerOptions.Web;
    }

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var command = _source.CreateCommand(Select);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = TypeOf(stateName, grainId) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainId.Key.ToString() });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            Forget(grainState, etag: null);
            return;
        }

        var etag = reader.GetInt64(0).ToString(CultureInfo.InvariantCulture);
        if (await reader.IsDBNullAsync(1))
        {
            Forget(grainState, etag);
            return;
        }

        grainState.State = JsonSerializer.Deserialize<T>(reader.GetString(1), _json)!;
        grainState.ETag = etag!;
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = JsonSerializer.Serialize(grainState.State, _json);
        grainState.ETag = await WriteAsync(stateName, grainId, grainState.ETag, state);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // Never written: there is nothing to clear, and nobody to be fenced off.
        var etag = grainState.ETag is null ? null : await WriteAsync(stateName, grainId, grainState.ETag, state: null);
        Forget(grainState, etag);
    }

    private async Task<string> WriteAsync(string stateName, GrainId grainId, string? etag, string? state)
    {
        var version = etag is null ? 0 : long.Parse(etag, NumberStyles.None, CultureInfo.InvariantCulture);
        var change = new Change();
        var row = new Row(TypeOf(stateName, grainId), grainId.Key.ToString()!, version, state);
        change.Add(version == 0 ? Insert : Update, row);
        await _committer.Commit(change);
        return (version + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static void Forget<T>(IGrainState<T> grainState, string? etag)
    {
        grainState.State = typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null
            ? Activator.CreateInstance<T>()!
            : default!;
        grainState.ETag = etag!;
        grainState.RecordExists = false;
    }

    private static string TypeOf(string stateName, GrainId grainId) => $"{grainId.Type}/{stateName}";

    private readonly record struct Row(string Type, string Id, long Version, string? State);
}
