using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>A new line is to be pushed and mailed as the person wishes, if it still is one.</summary>
internal sealed record TellOfLine(Guid User, Guid Line)
{
    /// <summary>It reads a little and writes a few rows.</summary>
    public static readonly JobKind<TellOfLine> Kind = new("tell-of-line", NotificationJson.Default.TellOfLine);
}

/// <summary>Puts what a line says on its way to the person's devices and mailbox.</summary>
internal sealed class TellOfLineHandler(
    PushRules rules,
    DeviceStore devices,
    LineMails mails,
    ICommitter committer,
    Ids ids,
    TimeProvider clock,
    IOptions<NotificationOptions> options) : IJobHandler<TellOfLine>
{
    public async Task Run(JobContext context, TellOfLine payload, CancellationToken cancellation)
    {
        var change = new Change();
        if (await rules.Find(payload.User, payload.Line, cancellation) is var (line, wish))
        {
            if (wish.Push)
                Queue(change, payload, line.Line, await devices.Of(payload.User));
            if (wish.Mail)
                await mails.Add(change, payload.User, line);
        }

        context.CompleteWith(change);
        await committer.Commit(change, cancellation);
    }

    private void Queue(Change change, TellOfLine payload, InboxLine line, IReadOnlyCollection<string> to)
    {
        var expires = clock.Now() + options.Value.PushExpiry;
        var key = PushRules.CollapseKey(line);
        DeviceTable.Queue(change, [.. to.Select(device => new QueuedPush(payload.User, device, ids.Next(), line.Id, key, expires))]);
        foreach (var device in to)
            change.Enqueue(PushToDevice.Kind, new(payload.User, device), ids.Next(), PushToDevice.KeyOf(payload.User, device));
    }
}
