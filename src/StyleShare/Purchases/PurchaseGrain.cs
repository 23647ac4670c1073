using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using StyleShare.People;
using StyleShare.Points;
using StyleShare.Shares;
using StyleShare.Shops;
using StyleShare.Storage;

namespace StyleShare.Purchases;

/// <summary>
/// A purchase: the only writer of its row. A new one reads nothing: it commits the row, the points of everybody and the answer
/// as one change, which the key refuses if the purchase is there already. One thing after the other.
/// </summary>
[CollectionAgeLimit(Minutes = 2)]
internal sealed class PurchaseGrain(
    PurchaseStore store,
    ICommitter committer,
    ReferralChain referrals,
    ShareCodes shares,
    TillCodes codes,
    Ids ids,
    LedgerClock clock,
    IOptions<PurchaseOptions> options,
    ILogger<PurchaseGrain> log) : Grain, IPurchaseGrain
{
    private Purchase? _purchase;
    private long _version;

    public async Task<RecordedPurchase> Record(RecordPurchase command)
    {
        // A member code is spent by its first use, so that a purchase by one is looked for first.
        if (_purchase is not null || (command.MemberCode is not null && await Find() is not null))
            return await Repeat(command);
        try
        {
            return await RecordNew(command);
        }
        catch (Exception e) when (e is InconsistentStateException or Refusal { Kind: not RefusalKind.Unavailable })
        {
            // Of one that is there already the answer stays, whatever became of its buyer or its shop since.
            if (await Find() is null)
                throw;
            return await Repeat(command);
        }
    }

    public async Task<RefundedPurchase> Refund(RefundPurchase command)
    {
        var purchase = await Find();
        if (purchase is null || purchase.MerchantId != command.MerchantId)
            throw PurchaseErrors.NotFound();
        var now = clock.Now;
        var refund = purchase.Refund(ids.Next(), command.Amount, now);
        var fact = (PurchaseFact.Refunded)refund.Facts[0];
        var answer = new RefundedPurchase(fact.Refund.View(), fact.Refund.Parts);
        var change = new Change();
        PurchaseTable.Write(change, fact, _version, now + options.Value.ClawBackRetry);
        change.Answer(command.Request, answer, PurchaseJson.Default.RefundedPurchase);
        await Commit(change, refund.Next);
        await TakeBack(refund.Next, fact.Refund);
        return answer;
    }

    private async Task<RecordedPurchase> RecordNew(RecordPurchase command)
    {
        var terms = await GrainFactory.GetGrain<IMerchantGrain>(command.MerchantId).Terms() ?? throw ShopErrors.NotFound();
        Sharer? sharer = command.ShareCode is { } code ? await shares.OwnerOf(code, command.MerchantId) : null;
        var buyer = command.UserId ?? await codes.TakeMember(command.MemberCode ?? "") ?? throw PurchaseErrors.UnknownMemberCode();
        if (await GrainFactory.GetGrain<IUserGrain>(buyer).Summary() is null)
            throw PurchaseErrors.UnknownUser();
        if (sharer is { } touched && touched.UserId != buyer)
            await GrainFactory.GetGrain<IReferralGrain>(MemberKeys.Of(command.MerchantId, buyer)).Touch(touched.UserId, touched.ShareId);
        ImmutableArray<Guid?> chain = PurchaseRules.Pool(terms.Program, command.Amount) > 0
            ? await referrals.Of(command.MerchantId, buyer, terms.Program.ShareSplit.Length)
            : [];

        var decision = Purchase.Record(command, buyer, terms, chain, ids.Next(), clock.Now);
        var answer = AnswerOf(decision.Next);
        var change = new Change();
        PurchaseTable.Write(change, decision.Facts[0], version: 0, retryAt: default);
        change.Answer(command.Request, answer, PurchaseJson.Default.RecordedPurchase);
        await Commit(change, decision.Next);
        await Tell(decision.Next);

        // Hardly any purchase is ever asked for again, and there are millions.
        DeactivateOnIdle();
        return answer;
    }

    private async Task<RecordedPurchase> Repeat(RecordPurchase command)
    {
        _purchase!.CheckSame(command);
        var answer = AnswerOf(_purchase);
        if (command.Request is not null)
        {
            var change = new Change();
            change.Answer(command.Request, answer, PurchaseJson.Default.RecordedPurchase);
            await committer.Commit(change);
        }

        return answer;
    }

    private async Task<Purchase?> Find()
    {
        if (_purchase is null)
            (_purchase, _version) = await store.Load(this.GetPrimaryKey());
        return _purchase;
    }

    private async Task Commit(Change change, Purchase next)
    {
        try
        {
            await committer.Commit(change);
        }
        catch
        {
            // Written or not, here or elsewhere: whoever asks next reads what is stored.
            (_purchase, _version) = (null, 0);
            throw;
        }

        (_purchase, _version) = (next, _version + 1);
    }

    // Committed by now: whatever fails here loses nothing.
    private async Task Tell(Purchase purchase)
    {
        try
        {
            await Task.WhenAll(purchase.Received().Where(part => part.Points > 0).Select(part => Account(purchase, part).Refresh()))
                .WaitAsync(options.Value.TellFor);
        }
        catch (Exception e)
        {
            PurchaseLog.NotTold(log, purchase.Id, e);
        }
    }

    private async Task TakeBack(Purchase purchase, Refund refund)
    {
        try
        {
            await Task.WhenAll(refund.Parts.Select(part => ClawBackJob.TakeBack(GrainFactory, new OpenPart(
                    purchase.MerchantId, part.UserId, part.Points, PurchaseKeys.ClawBackOf(refund.Id, part.UserId), purchase.Reference))))
                .WaitAsync(options.Value.TellFor);
        }
        catch (Exception e)
        {
            PurchaseLog.NotTakenBack(log, refund.Id, e);
        }
    }

    private IMemberAccountGrain Account(Purchase purchase, PurchasePart part) =>
        GrainFactory.GetGrain<IMemberAccountGrain>(MemberKeys.Of(purchase.MerchantId, part.UserId));

    private static RecordedPurchase AnswerOf(Purchase purchase) => new(purchase.View(), purchase.Distributed);
}
