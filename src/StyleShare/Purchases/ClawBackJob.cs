using StyleShare.Jobs;
using StyleShare.Points;

namespace StyleShare.Purchases;

/// <summary>What the job that takes points of a refund back comes with.</summary>
public sealed record ClawBack(Guid RefundId);

/// <summary>
/// Takes back what a refund could not take back at once. It is committed with every refund, so that nothing is forgotten
/// whatever dies; mostly there is nothing left for it to do.
/// </summary>
internal sealed class ClawBackJob(IGrainFactory grains, PurchaseStore store) : IJobHandler<ClawBack>
{
    /// <summary>A claw-back may not be given up: with these limits it is tried for a day before operators have to look.</summary>
    public static readonly JobKind<ClawBack> Kind = new("claw-back", PurchaseJson.Default.ClawBack)
    {
        Tries = 30,
        MaxBackoff = TimeSpan.FromHours(1),
    };

    public async Task Run(JobContext context, ClawBack payload, CancellationToken cancellation)
    {
        foreach (var part in await store.OpenParts(payload.RefundId, cancellation))
            await TakeBack(grains, part).WaitAsync(cancellation);
    }

    /// <summary>Has a person's account give the points back; twice is once.</summary>
    public static Task TakeBack(IGrainFactory grains, OpenPart part) =>
        grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(part.MerchantId, part.UserId))
            .ClawBack(new ClawBackPoints(part.TransactionId, part.Reference, part.Points));
}
