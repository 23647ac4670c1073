using System.Collections.Immutable;
using StyleShare.Points;
using StyleShare.Shops;

namespace StyleShare.Purchases;

/// <summary>A purchase, and the rules of what may happen to it. Null stands for one that was never recorded.</summary>
/// <param name="TransactionId">The ledger's transaction by which points were given; null if none were.</param>
/// <param name="Earned">Points that the buyer earned.</param>
/// <param name="Unclaimed">Points that nobody had a claim to and the shop keeps.</param>
/// <param name="Distributed">Points of those who brought the buyer in; at level 0 of the buyer.</param>
/// <param name="Refunded">How much of the amount was given back.</param>
public sealed record Purchase(
    Guid Id,
    Guid MerchantId,
    Guid UserId,
    string Reference,
    long Amount,
    string Currency,
    ImmutableArray<PurchaseItem> Items,
    string? ShareCode,
    Guid? TransactionId,
    long Earned,
    long Unclaimed,
    ImmutableArray<PurchasePart> Distributed,
    long Refunded,
    DateTimeOffset OccurredAt,
    DateTimeOffset CreatedAt)
{
    /// <summary>A new purchase.</summary>
    /// <param name="command">What the till says.</param>
    /// <param name="buyer">Who buys.</param>
    /// <param name="terms">The terms of the shop.</param>
    /// <param name="chain">Who brought the buyer in, level 1 first; null at a level where nobody is.</param>
    /// <param name="transaction">An id for the ledger's transaction, if there is to be one.</param>
    /// <param name="now">By the ledger's clock.</param>
    public static Decision<Purchase, PurchaseFact> Record(
        RecordPurchase command, Guid buyer, MerchantTerms terms, ImmutableArray<Guid?> chain, Guid transaction, DateTimeOffset now)
    {
        var earned = PurchaseRules.Earn(terms.Program, command.Amount);
        var distributed = Distribute(PurchaseRules.Pool(terms.Program, command.Amount), buyer, terms.Program, chain, out var unclaimed);
        var purchase = new Purchase(
            PurchaseKeys.Of(command.MerchantId, command.Reference),
            command.MerchantId,
            buyer,
            command.Reference,
            command.Amount,
            terms.Currency,
            command.Items,
            command.ShareCode,
            earned + unclaimed > 0 || !distributed.IsEmpty ? transaction : null,
            earned,
            unclaimed,
            distributed,
            Refunded: 0,
            command.OccurredAt ?? now,
            now);
        return new(purchase, [new PurchaseFact.Recorded(purchase, purchase.Gives(PurchaseRules.EndOf(terms.Program, now)))]);
    }

    /// <summary>The same purchase again: it must be the same one.</summary>
    /// <exception cref="Refusal"><c>reference_reused</c>.</exception>
    public void CheckSame(RecordPurchase command)
    {
        if (command.Amount != Amount || (command.UserId is { } buyer && buyer != UserId))
            throw PurchaseErrors.ReferenceReused();
    }

    /// <summary>Gives money back, and takes points back in proportion.</summary>
    /// <param name="id">The new refund's id.</param>
    /// <param name="amount">How much; null for all that is left.</param>
    /// <param name="now">By the ledger's clock.</param>
    /// <exception cref="Refusal"><c>already_refunded</c>, <c>refund_exceeds_purchase</c>.</exception>
    public Decision<Purchase, PurchaseFact> Refund(Guid id, long? amount, DateTimeOffset now)
    {
        if (Refunded == Amount)
            throw PurchaseErrors.AlreadyRefunded();
        var given = amount ?? Amount - Refunded;
        if (given < 1 || given > Amount - Refunded)
            throw PurchaseErrors.RefundExceeds(Amount - Refunded);
        var next = this with { Refunded = Refunded + given };
        var parts = Received()
            .Select(part => part with { Points = PurchaseRules.RefundShare(part.Points, Amount, Refunded, next.Refunded) })
            .Where(part => part.Points > 0);
        var refund = new Refund(
            id, Id, given, PurchaseRules.RefundShare(Unclaimed, Amount, Refunded, next.Refunded), [.. parts], now);
        return new(next, [new PurchaseFact.Refunded(next, refund, refund.GivesBackUnclaimed(this))]);
    }

    /// <summary>Who got points, each once: the buyer all of theirs at level 0.</summary>
    public IEnumerable<PurchasePart> Received() => Distributed
        .Append(new PurchasePart(UserId, Level: 0, Earned))
        .GroupBy(part => part.UserId)
        .Select(parts => new PurchasePart(parts.Key, parts.Min(part => part.Level), parts.Sum(part => part.Points)))
        .OrderBy(part => part.Level);

    /// <summary>As it is shown.</summary>
    public PurchaseView View() =>
        new(Id, MerchantId, Reference, UserId, Amount, Currency, Items, ShareCode, Earned, Refunded, OccurredAt, CreatedAt);

    private static ImmutableArray<PurchasePart> Distribute(
        long pool, Guid buyer, PointsProgram program, ImmutableArray<Guid?> chain, out long unclaimed)
    {
        unclaimed = 0;
        if (pool == 0)
            return [];
        var shares = PurchaseRules.Split(pool, program.ShareSplit);
        var parts = ImmutableArray.CreateBuilder<PurchasePart>(shares.Length);
        for (var i = 0; i < shares.Length; i++)
        {
            if (i >= chain.Length || chain[i] is not { } sharer)
                unclaimed += shares[i];
            else if (shares[i] > 0)
                parts.Add(new PurchasePart(sharer, Level: i + 1, shares[i]));
        }

        if (unclaimed > 0 && program.UnclaimedShare == UnclaimedShare.Buyer)
        {
            parts.Insert(0, new PurchasePart(buyer, Level: 0, unclaimed));
            unclaimed = 0;
        }

        return parts.DrainToImmutable();
    }

    /// <summary>The transaction that gives the points; null if there are none.</summary>
    private LedgerTransaction? Gives(DateTimeOffset? end)
    {
        var lines = ImmutableArray.CreateBuilder<LedgerLine>(Distributed.Length + 3);
        if (Earned > 0)
            lines.Add(Gives(new PurchasePart(UserId, Level: 0, Earned), EntryKind.Earn, end));
        foreach (var part in Distributed)
            lines.Add(Gives(part, EntryKind.Share, end));
        if (Unclaimed > 0)
            lines.Add(new LedgerLine(LedgerAccount.Unclaimed(MerchantId), EntryKind.Share, Unclaimed));
        if (TransactionId is not { } id)
            return null;
        lines.Insert(0, new LedgerLine(LedgerAccount.Issued(MerchantId), EntryKind.Earn, -lines.Sum(line => line.Points)));
        return new LedgerTransaction(id, MerchantId, Reference, CreatedAt, lines.DrainToImmutable());
    }

    private LedgerLine Gives(PurchasePart part, EntryKind kind, DateTimeOffset? end) =>
        new(LedgerAccount.Member(MerchantId, part.UserId), kind, part.Points, [new LotPart(end, part.Points)]);
}

/// <summary>Money that was given back, and what is taken for it.</summary>
/// <param name="Unclaimed">What the shop's own account gives back.</param>
/// <param name="Parts">What is to be taken from whom; each more than zero.</param>
public sealed record Refund(
    Guid Id, Guid PurchaseId, long Amount, long Unclaimed, ImmutableArray<PurchasePart> Parts, DateTimeOffset CreatedAt)
{
    /// <summary>As it is shown.</summary>
    public RefundView View() => new(Id, PurchaseId, Amount, CreatedAt);

    /// <summary>The transaction that takes back what the shop kept, which needs nobody's account; null if it kept nothing.</summary>
    internal LedgerTransaction? GivesBackUnclaimed(Purchase purchase) => Unclaimed == 0 ? null : new(
        Id,
        purchase.MerchantId,
        purchase.Reference,
        CreatedAt,
        [
            new LedgerLine(LedgerAccount.Unclaimed(purchase.MerchantId), EntryKind.ClawBack, -Unclaimed),
            new LedgerLine(LedgerAccount.Issued(purchase.MerchantId), EntryKind.ClawBack, Unclaimed),
        ]);
}

/// <summary>What can happen to a purchase; <see cref="PurchaseTable"/> knows which rows each is.</summary>
public abstract record PurchaseFact
{
    private PurchaseFact()
    {
    }

    /// <summary>It was recorded, and gave these points.</summary>
    public sealed record Recorded(Purchase Purchase, LedgerTransaction? Given) : PurchaseFact;

    /// <summary>Something of it was given back.</summary>
    public sealed record Refunded(Purchase Purchase, Refund Refund, LedgerTransaction? GivenBack) : PurchaseFact;
}
