using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>A device as it is kept.</summary>
internal sealed record DeviceRow(Guid UserId, Device Device, DateTimeOffset RegisteredAt);

/// <summary>Something that waits to be pushed to a device.</summary>
internal sealed record QueuedPush(Guid UserId, string DeviceId, Guid Id, Guid LineId, string CollapseKey, DateTimeOffset ExpiresAt);

/// <summary>The tables of devices and of what is on its way to them.</summary>
internal static class DeviceTable
{
    /// <summary>The key that keeps addresses apart.</summary>
    public const string AddressKey = "devices_address";

    private static readonly Statement<DeviceRow> DropOthers = new(
        "devices_take_address",
        """
        DELETE FROM devices USING rows
        WHERE devices.address_hash = rows.address_hash AND (devices.user_id, devices.device_id) <> (rows.user_id, rows.device_id)
        """,
        Expect.Any,
        Column.Uuid<DeviceRow>("user_id", row => row.UserId),
        Column.Text<DeviceRow>("device_id", row => row.Device.Id),
        Column.Bytea<DeviceRow>("address_hash", row => row.Device.AddressHash()));

    private static readonly Statement<DeviceRow> PutDevice = new(
        "devices_put",
        """
        INSERT INTO devices (user_id, device_id, platform, address, address_hash, registered_at)
        SELECT user_id, device_id, platform, address, address_hash, registered_at FROM rows
        ON CONFLICT (user_id, device_id) DO UPDATE SET platform = excluded.platform, address = excluded.address,
            address_hash = excluded.address_hash, registered_at = excluded.registered_at
        """,
        Expect.EveryRow,
        Column.Uuid<DeviceRow>("user_id", row => row.UserId),
        Column.Text<DeviceRow>("device_id", row => row.Device.Id),
        Column.Integer<DeviceRow>("platform", row => (int)row.Device.Platform),
        Column.Text<DeviceRow>("address", row => row.Device.Address),
        Column.Bytea<DeviceRow>("address_hash", row => row.Device.AddressHash()),
        Column.Timestamptz<DeviceRow>("registered_at", row => row.RegisteredAt));

    private static readonly Statement<(Guid User, string Device)> DropDevice = new(
        "devices_drop",
        "DELETE FROM devices USING rows WHERE devices.user_id = rows.user_id AND devices.device_id = rows.device_id",
        Expect.Any,
        Column.Uuid<(Guid User, string Device)>("user_id", row => row.User),
        Column.Text<(Guid User, string Device)>("device_id", row => row.Device));

    // Only if it is still the one that the push service spoke of: it may have got a new address meanwhile.
    private static readonly Statement<DeviceRow> DropGone = new(
        "devices_drop_gone",
        """
        DELETE FROM devices USING rows
        WHERE devices.user_id = rows.user_id AND devices.device_id = rows.device_id AND devices.address_hash = rows.address_hash
        """,
        Expect.Any,
        Column.Uuid<DeviceRow>("user_id", row => row.UserId),
        Column.Text<DeviceRow>("device_id", row => row.Device.Id),
        Column.Bytea<DeviceRow>("address_hash", row => row.Device.AddressHash()));

    private static readonly Statement<(Guid User, string Device)> DropQueue = new(
        "push_queue_drop_device",
        "DELETE FROM push_queue USING rows WHERE push_queue.user_id = rows.user_id AND push_queue.device_id = rows.device_id",
        Expect.Any,
        Column.Uuid<(Guid User, string Device)>("user_id", row => row.User),
        Column.Text<(Guid User, string Device)>("device_id", row => row.Device));

    private static readonly Statement<QueuedPush> DropCollapsed = new(
        "push_queue_collapse",
        """
        DELETE FROM push_queue USING rows
        WHERE push_queue.user_id = rows.user_id AND push_queue.device_id = rows.device_id AND push_queue.collapse_key = rows.collapse_key
        """,
        Expect.Any,
        Column.Uuid<QueuedPush>("user_id", row => row.UserId),
        Column.Text<QueuedPush>("device_id", row => row.DeviceId),
        Column.Text<QueuedPush>("collapse_key", row => row.CollapseKey));

    private static readonly Statement<QueuedPush> Enqueue = new(
        "push_queue_add",
        """
        INSERT INTO push_queue (user_id, device_id, id, line_id, collapse_key, expires_at)
        SELECT user_id, device_id, id, line_id, collapse_key, expires_at FROM rows
        """,
        Expect.EveryRow,
        Column.Uuid<QueuedPush>("user_id", row => row.UserId),
        Column.Text<QueuedPush>("device_id", row => row.DeviceId),
        Column.Uuid<QueuedPush>("id", row => row.Id),
        Column.Uuid<QueuedPush>("line_id", row => row.LineId),
        Column.Text<QueuedPush>("collapse_key", row => row.CollapseKey),
        Column.Timestamptz<QueuedPush>("expires_at", row => row.ExpiresAt));

    private static readonly Statement<QueuedPush> Dequeue = new(
        "push_queue_done",
        """
        DELETE FROM push_queue USING rows
        WHERE push_queue.user_id = rows.user_id AND push_queue.device_id = rows.device_id AND push_queue.id = rows.id
        """,
        Expect.Any,
        Column.Uuid<QueuedPush>("user_id", row => row.UserId),
        Column.Text<QueuedPush>("device_id", row => row.DeviceId),
        Column.Uuid<QueuedPush>("id", row => row.Id));

    /// <summary>Takes an address from every other device that has it.</summary>
    public static void TakeAddress(Change change, DeviceRow device) => change.Add(DropOthers, device);

    /// <summary>Writes a device.</summary>
    public static void Put(Change change, DeviceRow device) => change.Add(PutDevice, device);

    /// <summary>Deletes a device, and what is on its way to it.</summary>
    public static void Remove(Change change, Guid user, string device)
    {
        change.Add(DropDevice, (user, device));
        change.Add(DropQueue, (user, device));
    }

    /// <summary>Deletes a device that its platform says is gone.</summary>
    public static void Forget(Change change, DeviceRow device)
    {
        change.Add(DropGone, device);
        change.Add(DropQueue, (device.UserId, device.Device.Id));
    }

    /// <summary>Puts pushes at the end of their devices' queues; earlier ones that they replace go.</summary>
    public static void Queue(Change change, IReadOnlyCollection<QueuedPush> pushes)
    {
        foreach (var push in pushes)
            change.Add(DropCollapsed, push);
        foreach (var push in pushes)
            change.Add(Enqueue, push);
    }

    /// <summary>Takes a push out of its queue.</summary>
    public static void Done(Change change, QueuedPush push) => change.Add(Dequeue, push);
}
