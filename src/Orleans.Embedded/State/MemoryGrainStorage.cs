using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Embedded;

/// <summary>A storage that lasts as long as the silo: for tests. It keeps JSON, so that nobody shares an object with it.</summary>
internal sealed class MemoryStorage : IGrainStorage
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };

    private readonly ConcurrentDictionary<(string Name, GrainId Grain), Row> _rows = new();
    private long _version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_rows.TryGetValue((stateName, grainId), out var row))
        {
            grainState.State = JsonSerializer.Deserialize<T>(row.State, Json)!;
            grainState.ETag = row.ETag;
            grainState.RecordExists = true;
        }
        else
        {
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = new Row(
            JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json),
            Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture));
        Replace(stateName, grainId, grainState.ETag, row);
        grainState.ETag = row.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Replace(stateName, grainId, grainState.ETag, null);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private void Replace(string stateName, GrainId grainId, string? etag, Row? row)
    {
        var key = (stateName, grainId);
        _rows.TryGetValue(key, out var stored);
        var done = stored?.ETag == etag && (stored, row) switch
        {
            (null, null) => true,
            (null, _) => _rows.TryAdd(key, row),
            (_, null) => _rows.TryRemove(KeyValuePair.Create(key, stored)),
            _ => _rows.TryUpdate(key, row, stored),
        };
        if (!done)
            throw new InconsistentStateException($"The state '{stateName}' of {grainId} is of another version.", stored?.ETag, etag);
    }

    private sealed record Row(byte[] State, string ETag);
}
