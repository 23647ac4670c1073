using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Shares.Connections;
using StyleShare.Shops;

namespace StyleShare.Shares.Channels;

/// <summary>A share is to be sent to its channel.</summary>
public sealed record SendShare(string Code)
{
    /// <summary>
    /// With pauses of n⁴ seconds, at most an hour, ten tries are some three hours: a service that is down longer is news, and the
    /// person can share anew.
    /// </summary>
    public static readonly JobKind<SendShare> Kind = new("send-share", ShareJson.Default.SendShare)
    {
        Tries = 10,
        MaxBackoff = TimeSpan.FromHours(1),
        TimeLimit = TimeSpan.FromSeconds(30),
        Concurrency = 16,
    };
}

/// <summary>Sends a share to its channel, and keeps what became of it. It may be sent twice, should a silo die in between.</summary>
internal sealed class SendShareHandler(
    IGrainFactory grains,
    ConnectionStore connections,
    ConnectionVault vault,
    ChannelSender sender,
    ShareLinks links,
    IOptions<ShareOptions> options,
    TimeProvider clock,
    ILogger<SendShareHandler> log) : IJobHandler<SendShare>
{
    // The caption of what is shared, where the person says nothing: about what a preview shows of it.
    private const int CaptionLength = 200;

    // A service that does not say how long it wants to be left alone.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public async Task Run(JobContext context, SendShare payload, CancellationToken cancellation)
    {
        var grain = grains.GetGrain<IShareGrain>(payload.Code);
        if (await grain.Get() is not { State: ShareState.Pending } share)
            return;
        if (clock.GetUtcNow() - share.CreatedAt > options.Value.GiveUpAfter)
        {
            await GiveUp(grain, share, ShareFailures.Unavailable, "too long ago");
            return;
        }

        if (await connections.Find(share.OwnerId, share.Channel) is not { } row || vault.Open(row) is not { } connection)
            await GiveUp(grain, share, ShareFailures.Revoked, "not connected");
        else if (await TextOf(share) is not { } text)
            await GiveUp(grain, share, ShareFailures.Gone, "gone");
        else
            await Send(context, grain, share, row, connection, text, cancellation);
    }

    private async Task Send(
        JobContext context, IShareGrain grain, ShareView share, ConnectionRow row, Connection connection, string text, CancellationToken cancellation)
    {
        var message = new ShareMessage(
            share.Id, share.Code, text, links.To(share.Code), share.Locale, share.PostId, share.MerchantId, share.CreatedAt);
        ShareOutcome outcome;
        try
        {
            outcome = await sender.Send(connection, message, cancellation);
        }
        catch (Exception e) when (context.Try >= SendShare.Kind.Tries && !cancellation.IsCancellationRequested)
        {
            await GiveUp(grain, share, ShareFailures.Unavailable, e.GetType().Name);
            return;
        }

        await Settle(grain, share, row, outcome);
    }

    private async Task Settle(IShareGrain grain, ShareView share, ConnectionRow row, ShareOutcome outcome)
    {
        switch (outcome)
        {
            case ShareOutcome.Sent:
                await grain.Sent();
                break;
            case ShareOutcome.Revoked:
                // The person is told first: should this silo die in between, the next try finds the connection marked.
                await grains.GetGrain<IConnectionsGrain>(share.OwnerId).Revoke(share.Channel, row.TokenId);
                await GiveUp(grain, share, ShareFailures.Revoked, "revoked");
                break;
            case ShareOutcome.RetryAfter busy:
                throw new RetryLater(busy.After ?? Pause, "the channel is busy", countsAsTry: false);
            case ShareOutcome.Refused refused:
                await GiveUp(grain, share, ShareFailures.Refused, refused.Reason);
                break;
        }
    }

    private Task GiveUp(IShareGrain grain, ShareView share, string error, string reason)
    {
        ShareLog.NotSent(log, share.Id, share.Channel, reason);
        return grain.Fail(error);
    }

    // What the person says, or else what is shared; null if that is there no more.
    private async Task<string?> TextOf(ShareView share)
    {
        if (share.MerchantId is { } merchant)
            return await grains.GetGrain<IMerchantGrain>(merchant).Terms() is { } shop ? Or(shop.Name) : null;
        if (await grains.GetGrain<IPostGrain>(share.PostId!.Value).View(Guid.Empty) is not { } seen
            || await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is null)
            return null;
        return Or(NotificationText.Shorten(seen.Post.Caption, CaptionLength));

        string Or(string what) => share.Message.Length > 0 ? share.Message : what;
    }
}
