using StyleShare.Jobs;

namespace StyleShare.Points;

/// <summary>Which hold is to end.</summary>
public sealed record ExpireHold(Guid MerchantId, Guid UserId, Guid HoldId);

/// <summary>Ends a hold when its time is over, if no till came. The account sees to it at every call, too; this is for when there is none.</summary>
internal sealed class ExpireHoldJob(IGrainFactory grains) : IJobHandler<ExpireHold>
{
    /// <summary>It may not be given up: with these limits it is tried for days before operators have to look.</summary>
    public static readonly JobKind<ExpireHold> Kind = new("expire-hold", PointsJson.Default.ExpireHold)
    {
        Tries = 30,
        MaxBackoff = TimeSpan.FromHours(1),
    };

    /// <inheritdoc/>
    public async Task Run(JobContext context, ExpireHold payload, CancellationToken cancellation)
    {
        var account = grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(payload.MerchantId, payload.UserId));
        var left = await account.ExpireHold(payload.HoldId);

        // Jobs run by the database's clock itself, of which this silo knows a measure only.
        if (left > TimeSpan.Zero)
            throw new RetryLater(left, "Its time is not over yet.", countsAsTry: false);
    }
}
