using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>The devices of a person. Its key is the person's id.</summary>
public interface IDevicesGrain : IGrainWithGuidKey
{
    /// <summary>Has pushes go to a device, in place of whatever its id or its address was for before.</summary>
    /// <exception cref="Refusal"><c>invalid_device</c>.</exception>
    Task Put(Device device);

    /// <summary>Has no pushes go to a device any more; idempotent.</summary>
    Task Remove(string id);

    /// <summary>Forgets all of them, of a person who is gone. Idempotent; only the eraser calls it.</summary>
    Task Erase();
}

/// <summary>Changes a person's devices, one change at a time; the rows are all there is.</summary>
internal sealed class DevicesGrain(
    DeviceStore store, ICommitter committer, TimeProvider clock, IOptions<NotificationOptions> options) : Grain, IDevicesGrain
{
    // Two people may bring one address at the same time, each in a grain of their own; who comes second sees the first.
    private const int Tries = 10;

    public async Task Put(Device device)
    {
        if (device.Problem() is { } problem)
            throw problem;
        var row = new DeviceRow(this.GetPrimaryKey(), device, clock.Now());
        for (var tries = 1; ; tries++)
        {
            var change = new Change();
            DeviceTable.TakeAddress(change, row);
            foreach (var old in await store.Oldest(row.UserId, besides: device.Id, kept: options.Value.MaxDevices - 1))
                DeviceTable.Remove(change, row.UserId, old);
            DeviceTable.Put(change, row);
            try
            {
                await committer.Commit(change);
                return;
            }
            catch (ChangeRefusedException e) when (e.Constraint == DeviceTable.AddressKey && tries < Tries)
            {
                // Somebody else has it by now, and is to lose it.
            }
        }
    }

    public Task Remove(string id)
    {
        var change = new Change();
        DeviceTable.Remove(change, this.GetPrimaryKey(), id);
        return committer.Commit(change);
    }

    public async Task Erase()
    {
        var change = new Change();
        foreach (var device in await store.Oldest(this.GetPrimaryKey(), besides: "", kept: 0))
            DeviceTable.Remove(change, this.GetPrimaryKey(), device);
        if (change.Rows > 0)
            await committer.Commit(change);
    }
}
