namespace StyleShare.Points;

/// <summary>The holds of an account that no grain holds: those of before, by index from the database.</summary>
public sealed class Redemptions(MemberStore store, LedgerClock clock)
{
    /// <summary>All of an account, newest first.</summary>
    public async Task<Page<Redemption>> List(Guid merchant, Guid user, Position? after, int limit)
    {
        var page = await store.Holds(merchant, user, after, limit);
        var now = clock.Now;
        return new([.. page.Items.Select(hold => View(merchant, user, hold, now))], page.Next);
    }

    /// <summary>One of them; null if the account has no such one.</summary>
    public async Task<Redemption?> Find(Guid merchant, Guid user, Guid id) =>
        await store.Hold(merchant, user, id) is { } hold ? View(merchant, user, hold, clock.Now) : null;

    // Its end may not have been written down yet; it is over all the same.
    private static Redemption View(Guid merchant, Guid user, PointHold hold, DateTimeOffset now) => hold.State == HoldState.Held && hold.IsDue(now)
        ? Of(merchant, user, hold with { State = HoldState.Expired, ResolvedAt = hold.ExpiresAt })
        : Of(merchant, user, hold);

    internal static Redemption Of(Guid merchant, Guid user, PointHold hold) => new(
        hold.Id, merchant, user, hold.Points, hold.State, hold.Captured, hold.CreatedAt, hold.ExpiresAt, hold.ResolvedAt);
}
