using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using StyleShare.Jobs;
using StyleShare.Push;
using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>What waits for a device is to be sent to it. One at a time for each device, so that it gets things in order.</summary>
internal sealed record PushToDevice(Guid User, string Device)
{
    /// <summary>
    /// A push service that is down is tried for longer than a push is of use: what is too old then is dropped, so that the
    /// tries end well. With pauses of a quarter of an hour at the most, 250 tries are two and a half days.
    /// </summary>
    public static readonly JobKind<PushToDevice> Kind = new("push-to-device", NotificationJson.Default.PushToDevice)
    {
        Tries = 250,
        MaxBackoff = TimeSpan.FromMinutes(15),
        TimeLimit = TimeSpan.FromMinutes(1),
        Concurrency = 64,
    };

    /// <summary>The key of a device's job.</summary>
    public static string KeyOf(Guid user, string device) => $"{user:N}/{device}";
}

/// <summary>Empties the queue of a device.</summary>
internal sealed class PushToDeviceHandler(
    DeviceStore devices,
    PushRules rules,
    IGrainFactory grains,
    IPushSender sender,
    ICommitter committer,
    TimeProvider clock,
    ILogger<PushToDeviceHandler> log) : IJobHandler<PushToDevice>
{
    private const int Batch = 20;

    // A service that does not say how long it wants to be left alone.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    // Well below the kind's time limit: the last one may take as long as a send may.
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    public async Task Run(JobContext context, PushToDevice payload, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        while (await devices.Queue(payload.User, payload.Device, Batch) is { Length: > 0 } queue)
        {
            foreach (var push in queue)
            {
                // Asked anew for each: it may have moved to another person since.
                if (await devices.Find(payload.User, payload.Device) is not { } device)
                {
                    await Commit(change => DeviceTable.Remove(change, payload.User, payload.Device));
                    return;
                }

                await Send(device, push, cancellation);
                if (clock.GetElapsedTime(started) > LongEnough)
                    throw new RetryLater(TimeSpan.Zero, "more to send", countsAsTry: false);
            }
        }
    }

    private async Task Send(DeviceRow device, QueuedPush push, CancellationToken cancellation)
    {
        if (await Message(push, cancellation) is not { } message)
        {
            await Commit(change => DeviceTable.Done(change, push));
            return;
        }

        switch (await sender.Send(new(device.Device.Platform, device.Device.Address), message, cancellation))
        {
            case PushOutcome.Delivered:
                await Commit(change => DeviceTable.Done(change, push));
                break;
            case PushOutcome.Forget:
                NotificationLog.DeviceGone(log, device.UserId, device.Device.Platform);
                await Commit(change => DeviceTable.Forget(change, device));
                break;
            case PushOutcome.RetryAfter busy:
                throw new RetryLater(busy.After ?? Pause, "the push service is busy", countsAsTry: false);
            case PushOutcome.Refused refused:
                NotificationLog.PushRefused(log, device.UserId, device.Device.Platform, refused.Reason);
                await Commit(change => DeviceTable.Done(change, push));
                break;
        }
    }

    // What is to be said now; null if there is nothing to say any more.
    private async Task<PushMessage?> Message(QueuedPush push, CancellationToken cancellation)
    {
        if (push.ExpiresAt <= clock.GetUtcNow() || await rules.Find(push.UserId, push.LineId, cancellation) is not var (line, wish)
            || !wish.Push)
            return null;
        if (await rules.Person(push.UserId) is not { } person)
            return null;
        var unread = (await grains.GetGrain<IInboxGrain>(push.UserId).State()).Unread;
        return new(
            push.Id, "StyleShare", line.Text(person.Locale), push.CollapseKey, (int)Math.Min(unread, int.MaxValue), push.ExpiresAt, DataOf(line));
    }

    private static ImmutableDictionary<string, string> DataOf(ShownLine line)
    {
        var data = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        data["notificationId"] = line.Id.ToString("D", CultureInfo.InvariantCulture);
        data["kind"] = NotificationKinds.NameOf(line.Line.Thing.Kind);
        if (line.Line.Thing.Post is { } post)
            data["postId"] = post.ToString("D", CultureInfo.InvariantCulture);
        if (line.Line.Thing.Comment is { } comment)
            data["commentId"] = comment.ToString("D", CultureInfo.InvariantCulture);
        return data.ToImmutable();
    }

    private Task Commit(Action<Change> write)
    {
        var change = new Change();
        write(change);
        return committer.Commit(change);
    }
}
