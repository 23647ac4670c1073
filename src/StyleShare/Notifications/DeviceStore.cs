using System.Collections.Immutable;
using Npgsql;
using StyleShare.Push;

namespace StyleShare.Notifications;

/// <summary>Reads devices, and what is on its way to them.</summary>
internal sealed class DeviceStore(NpgsqlDataSource database)
{
    /// <summary>The devices that are to go when a person may keep so many, besides one.</summary>
    public Task<ImmutableArray<string>> Oldest(Guid user, string besides, int kept) => Read(
        "SELECT device_id FROM devices WHERE user_id = $1 AND device_id <> $2 ORDER BY registered_at DESC, device_id OFFSET $3",
        row => row.GetString(0),
        new NpgsqlParameter<Guid> { TypedValue = user },
        new NpgsqlParameter<string> { TypedValue = besides },
        new NpgsqlParameter<int> { TypedValue = kept });

    /// <summary>The names of a person's devices.</summary>
    public Task<ImmutableArray<string>> Of(Guid user) => Oldest(user, besides: "", kept: 0);

    /// <summary>A device; null if there is none (any more).</summary>
    public async Task<DeviceRow?> Find(Guid user, string device) => (await Read(
        "SELECT platform, address, registered_at FROM devices WHERE user_id = $1 AND device_id = $2",
        row => new DeviceRow(
            user, new Device(device, (PushPlatform)row.GetInt16(0), row.GetString(1)), row.GetFieldValue<DateTimeOffset>(2)),
        new NpgsqlParameter<Guid> { TypedValue = user },
        new NpgsqlParameter<string> { TypedValue = device })).SingleOrDefault();

    /// <summary>What waits for a device, in order.</summary>
    public Task<ImmutableArray<QueuedPush>> Queue(Guid user, string device, int limit) => Read(
        """
        SELECT id, line_id, collapse_key, expires_at FROM push_queue
        WHERE user_id = $1 AND device_id = $2 ORDER BY position LIMIT $3
        """,
        row => new QueuedPush(
            user, device, row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3)),
        new NpgsqlParameter<Guid> { TypedValue = user },
        new NpgsqlParameter<string> { TypedValue = device },
        new NpgsqlParameter<int> { TypedValue = limit });

    private async Task<ImmutableArray<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> item, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        var items = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync())
            items.Add(item(reader));
        return items.DrainToImmutable();
    }
}
