using System.Text.Json;
using Microsoft.Extensions.Logging;
using StyleShare.Development;
using StyleShare.Outbound;

namespace StyleShare.Push;

/// <summary>Sends to whatever platform a device has; what has no credentials goes to the development outbox.</summary>
internal sealed class PushSender(
    IEnumerable<IPlatformSender> platforms,
    DevelopmentOutbox outbox,
    PushMeters meters,
    TimeProvider clock,
    ILogger<PushSender> log) : IPushSender
{
    private readonly Dictionary<PushPlatform, IPlatformSender> _platforms = platforms.ToDictionary(sender => sender.Platform);

    public async Task<PushOutcome> Send(PushTarget target, PushMessage message, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        PushOutcome outcome;
        try
        {
            outcome = await TrySend(target, message, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            meters.Failed(target.Platform, clock.GetElapsedTime(started));
            log.Failed(target.Platform, message.Id, e.GetType().Name);
            throw;
        }

        meters.Sent(target.Platform, outcome, clock.GetElapsedTime(started));
        if (outcome is PushOutcome.Refused refused)
            log.Refused(target.Platform, message.Id, refused.Reason);
        return outcome;
    }

    private async Task<PushOutcome> TrySend(PushTarget target, PushMessage message, CancellationToken cancellation)
    {
        // After a long outage nobody wants to hear of last week.
        if (message.ExpiresAt <= clock.GetUtcNow())
            return new PushOutcome.Refused("expired");
        if (_platforms[target.Platform] is not { HasCredentials: true } platform)
            return await Keep(target, message, cancellation);
        try
        {
            return await platform.Send(target.Address, message, cancellation);
        }
        catch (ServiceBusyException e)
        {
            return new PushOutcome.RetryAfter(e.After);
        }
    }

    private async Task<PushOutcome> Keep(PushTarget target, PushMessage message, CancellationToken cancellation)
    {
        var kind = PushAddress.NameOf(target.Platform);
        await outbox.Keep(kind, target.Address, JsonSerializer.Serialize(message, PushJson.Default.PushMessage), cancellation);
        return new PushOutcome.Delivered();
    }
}
