using System.Collections.Immutable;

namespace StyleShare.Points;

/// <summary>What a hold has to keep to.</summary>
/// <param name="MinRedeem">How many points the shop takes at the least.</param>
/// <param name="MaxOpen">How many holds of one account may wait.</param>
/// <param name="For">How long it waits.</param>
public readonly record struct HoldRules(long MinRedeem, int MaxOpen, TimeSpan For);

/// <summary>
/// What a person has at a shop, and the rules of what may be done with it. Points are spent earliest-ending first; what is
/// held or over is nobody's to spend.
/// </summary>
/// <remarks>
/// Before any other decision comes what <see cref="Due"/>: holds and lots that are over, and debts that can be paid. So the
/// other rules find nothing of that.
/// </remarks>
/// <param name="Lots">What is left of each, sorted by their end; see <see cref="Points.Lots"/>.</param>
/// <param name="Holds">Those that are not resolved.</param>
/// <param name="Owed">What a refund was to take back and was spent by then; taken from what comes next.</param>
public sealed record MemberAccount(
    Guid MerchantId, Guid UserId, ImmutableArray<LotPart> Lots, ImmutableArray<PointHold> Holds, long Owed)
{
    /// <summary>An account that nothing ever happened to.</summary>
    public static MemberAccount Empty(Guid merchant, Guid user) => new(merchant, user, [], [], 0);

    /// <summary>All points, held ones too; the sum of the account's lines.</summary>
    public long Balance => Points.Lots.Sum(Lots);

    /// <summary>Points that wait for a till.</summary>
    public long Held => Holds.Sum(hold => hold.Points);

    private LedgerAccount Account => LedgerAccount.Member(MerchantId, UserId);

    /// <summary>When something will be due; null if nothing is in sight.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            var next = Lots.IsEmpty ? null : Lots[0].ExpiresAt;
            foreach (var hold in Holds)
                next = next < hold.ExpiresAt ? next : hold.ExpiresAt;
            return next;
        }
    }

    /// <summary>The lots without what is held of them and without those that are over: what can be spent.</summary>
    public ImmutableArray<LotPart> Free(DateTimeOffset now) => [.. Unheld.SkipWhile(lot => lot.IsDue(now))];

    /// <summary>How many can be spent.</summary>
    public long Available(DateTimeOffset now) => Points.Lots.Sum(Free(now));

    /// <summary>What its owner sees, once nothing is due any more.</summary>
    public PointsBalance View(DateTimeOffset now) => new(
        MerchantId, Balance, Held, Available(now), Owed,
        [
            .. Lots.Where(lot => lot.ExpiresAt > now).Take(PointsLimits.MaxExpiring)
                .Select(lot => new ExpiringPoints(lot.Points, lot.ExpiresAt.GetValueOrDefault())),
        ]);

    /// <summary>The hold, if it is not resolved.</summary>
    public PointHold? Open(Guid hold) => Holds.FirstOrDefault(open => open.Id == hold);

    /// <summary>
    /// What has to be done before anything else, one thing at a time: holds whose time is over end, lots that are over
    /// expire, what is owed is paid. Null when all is done.
    /// </summary>
    /// <param name="id">The id of a transaction that may be needed.</param>
    public Decision<MemberAccount, MemberFact>? Due(DateTimeOffset now, Guid id)
    {
        if (Holds.Any(hold => hold.IsDue(now)))
            return EndHolds(now);
        ImmutableArray<LotPart> over = [.. Unheld.TakeWhile(lot => lot.IsDue(now))];
        if (!over.IsEmpty)
            return Expire(over, id, now);
        return Owed > 0 && Available(now) is > 0 and var available ? Settle(Math.Min(Owed, available), id, now) : null;
    }

    /// <summary>Sets points aside for a till.</summary>
    /// <param name="id">The new hold's id.</param>
    /// <exception cref="Refusal"><c>insufficient_points</c>, <c>below_min_redeem</c>, <c>too_many_holds</c>.</exception>
    public Decision<MemberAccount, MemberFact> Hold(Guid id, long points, HoldRules rules, DateTimeOffset now)
    {
        if (points < Math.Max(1, rules.MinRedeem))
            throw PointsErrors.BelowMinRedeem(Math.Max(1, rules.MinRedeem));
        if (Holds.Length >= rules.MaxOpen)
            throw PointsErrors.TooManyHolds(rules.MaxOpen);
        var hold = new PointHold(id, points, Take(points, now), HoldState.Held, null, now, now + rules.For, null);
        return new(this with { Holds = Holds.Add(hold) }, [new MemberFact.Held(hold)]);
    }

    /// <summary>Spends what is held, or a part of it; the rest goes back. The transaction has the hold's id.</summary>
    /// <param name="hold">An open one.</param>
    /// <param name="points">How many; null for all.</param>
    /// <exception cref="Refusal"><c>exceeds_hold</c>.</exception>
    public Decision<MemberAccount, MemberFact> Capture(PointHold hold, long? points, DateTimeOffset now)
    {
        var captured = points ?? hold.Points;
        if (captured < 1 || captured > hold.Points)
            throw PointsErrors.ExceedsHold(hold.Points);
        var parts = Points.Lots.Take(hold.Parts, captured);
        var transaction = Post(
            hold.Id, hold.Id.ToString(), now, Debit(EntryKind.Redemption, parts),
            new(LedgerAccount.Redeemed(MerchantId), EntryKind.Redemption, captured, []));
        var (next, resolved) = Resolve(hold, HoldState.Captured, captured, now);
        return new(
            next with { Lots = Points.Lots.Minus(Lots, parts) },
            [new MemberFact.Resolved(resolved), new MemberFact.Posted(transaction)]);
    }

    /// <summary>Gives back what is held.</summary>
    /// <param name="hold">An open one.</param>
    public Decision<MemberAccount, MemberFact> Void(PointHold hold, DateTimeOffset now)
    {
        var (next, resolved) = Resolve(hold, HoldState.Voided, null, now);
        return new(next, [new MemberFact.Resolved(resolved)]);
    }

    /// <summary>Gives points to somebody else; they end when they would have ended here.</summary>
    /// <exception cref="Refusal"><c>insufficient_points</c>, <c>cannot_give_to_self</c>.</exception>
    public Decision<MemberAccount, MemberFact> Give(Gift gift)
    {
        if (gift.ToUserId == UserId)
            throw PointsErrors.CannotGiveToSelf();
        ArgumentOutOfRangeException.ThrowIfLessThan(gift.Points, 1, nameof(gift));
        var parts = Take(gift.Points, gift.CreatedAt);
        var transaction = Post(
            gift.Id, gift.Id.ToString(), gift.CreatedAt, Debit(EntryKind.Gift, parts),
            new(LedgerAccount.Member(MerchantId, gift.ToUserId), EntryKind.Gift, gift.Points, parts));
        return new(
            this with { Lots = Points.Lots.Minus(Lots, parts) },
            [new MemberFact.Posted(transaction), new MemberFact.Given(gift)]);
    }

    /// <summary>Takes points back that a refund makes undone: what is there, and the rest is owed.</summary>
    public Decision<MemberAccount, MemberFact> ClawBack(ClawBackPoints command, DateTimeOffset now, out ClawBackResult result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(command.Points, 1, nameof(command));
        var taken = Math.Min(command.Points, Available(now));
        var owed = command.Points - taken;
        var lines = ImmutableArray.CreateBuilder<LedgerLine>(3);
        var parts = Take(taken, now);
        if (taken > 0)
            lines.Add(Debit(EntryKind.ClawBack, parts));
        if (owed > 0)
            lines.Add(new(LedgerAccount.Owed(MerchantId, UserId), EntryKind.ClawBack, -owed, []));
        lines.Add(new(LedgerAccount.Issued(MerchantId), EntryKind.ClawBack, command.Points, []));
        result = new(taken, owed);
        return new(
            this with { Lots = Points.Lots.Minus(Lots, parts), Owed = checked(Owed + owed) },
            [new MemberFact.Posted(new(command.TransactionId, MerchantId, command.Reference, now, lines.DrainToImmutable()))]);
    }

    /// <summary>What an operator adds or takes away, with a reason. Points that are added do not end.</summary>
    /// <exception cref="Refusal"><c>insufficient_points</c>.</exception>
    public Decision<MemberAccount, MemberFact> Correct(CorrectPoints command, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(command.Points, nameof(command));
        ImmutableArray<LotPart> parts = command.Points > 0
            ? [new(null, command.Points)]
            : Points.Lots.Negated(Take(checked(-command.Points), now));
        var transaction = Post(
            command.TransactionId, command.TransactionId.ToString(), now,
            new(Account, EntryKind.Correction, command.Points, parts),
            new(LedgerAccount.Corrected(MerchantId), EntryKind.Correction, checked(-command.Points), []))
            with
        { Note = command.Reason, Operator = command.Operator };
        return new(this with { Lots = Points.Lots.Plus(Lots, parts) }, [new MemberFact.Posted(transaction)]);
    }

    private ImmutableArray<LotPart> Unheld => Holds.IsEmpty
        ? Lots
        : Points.Lots.Minus(Lots, [.. Holds.SelectMany(hold => hold.Parts).Order(Comparer<LotPart>.Create(Points.Lots.Compare))]);

    private ImmutableArray<LotPart> Take(long points, DateTimeOffset now)
    {
        var free = Free(now);
        return Points.Lots.Sum(free) >= points ? Points.Lots.Take(free, points) : throw PointsErrors.Insufficient();
    }

    private Decision<MemberAccount, MemberFact> EndHolds(DateTimeOffset now)
    {
        var next = this;
        var facts = ImmutableArray.CreateBuilder<MemberFact>();
        foreach (var hold in Holds.Where(hold => hold.IsDue(now)))
        {
            (next, var resolved) = next.Resolve(hold, HoldState.Expired, null, now);
            facts.Add(new MemberFact.Resolved(resolved));
        }

        return new(next, facts.DrainToImmutable());
    }

    private Decision<MemberAccount, MemberFact> Expire(ImmutableArray<LotPart> over, Guid id, DateTimeOffset now)
    {
        var transaction = Post(
            id, "expiry", now, Debit(EntryKind.Expiry, over),
            new(LedgerAccount.Expired(MerchantId), EntryKind.Expiry, Points.Lots.Sum(over), []));
        return new(this with { Lots = Points.Lots.Minus(Lots, over) }, [new MemberFact.Posted(transaction)]);
    }

    private Decision<MemberAccount, MemberFact> Settle(long points, Guid id, DateTimeOffset now)
    {
        var parts = Take(points, now);
        var transaction = Post(
            id, "settlement", now, Debit(EntryKind.Settlement, parts),
            new(LedgerAccount.Owed(MerchantId, UserId), EntryKind.Settlement, points, []));
        return new(this with { Lots = Points.Lots.Minus(Lots, parts), Owed = Owed - points }, [new MemberFact.Posted(transaction)]);
    }

    private (MemberAccount Next, PointHold Resolved) Resolve(PointHold hold, HoldState state, long? captured, DateTimeOffset now) =>
        (this with { Holds = Holds.Remove(hold) }, hold with { State = state, Captured = captured, ResolvedAt = now });

    private LedgerLine Debit(EntryKind kind, ImmutableArray<LotPart> parts) =>
        new(Account, kind, -Points.Lots.Sum(parts), Points.Lots.Negated(parts));

    private LedgerTransaction Post(Guid id, string reference, DateTimeOffset now, LedgerLine one, LedgerLine other) =>
        new(id, MerchantId, reference, now, [one, other]);
}
