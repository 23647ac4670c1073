using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.People;
using StyleShare.Requests;
using StyleShare.Shops;
using StyleShare.Storage;

namespace StyleShare.Points;

/// <summary>
/// A member's account. It decides on a snapshot of what is stored, which it reads when it first needs it, and reads again when
/// somebody else gave points, when it is old, and before it says that there are too few.
/// </summary>
/// <remarks>
/// Points that others commit for the account only add to its lots, so a decision on a snapshot without them is still right;
/// what takes points away is written here alone, and fenced by the version of the account's row.
/// </remarks>
internal sealed class MemberAccountGrain(
    MemberStore store,
    ICommitter committer,
    LedgerClock clock,
    Ids ids,
    TimeProvider time,
    IOptions<PointsOptions> options,
    ILogger<MemberAccountGrain> log) : Grain, IMemberAccountGrain
{
    private readonly PointsOptions _options = options.Value;
    private Guid _merchant;
    private Guid _user;
    private MemberAccount? _account;
    private long _version;
    private long _readAt;
    private bool _isStale;
    private IGrainTimer? _settlement;
    private Task<PointsBalance>? _reading;
    private Task<PointsBalance>? _shown;
    private DateTimeOffset _shownUntil;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_merchant, _user) = MemberKeys.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task<PointsBalance> Balance()
    {
        if (_shown is { } shown && !IsOld && clock.Now < _shownUntil)
            return shown;
        // A call of its own, which waits for a decision under way; all who ask meanwhile share it.
        return _reading is { IsCompleted: false } ? _reading : _reading = this.AsReference<IMemberAccountGrain>().Read();
    }

    public async Task<PointsBalance> Read()
    {
        var now = await Ready();
        var shown = _account!.View(now);
        _shown = Task.FromResult(shown);
        _shownUntil = _account.NextDue ?? DateTimeOffset.MaxValue;
        return shown;
    }

    public Task Refresh()
    {
        _isStale = true;
        if (_account is { Owed: > 0 })
            _settlement ??= this.RegisterGrainTimer(SettleOnce, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    public async Task<Redemption> Hold(long points, RequestKey? request)
    {
        var terms = await GrainFactory.GetGrain<IMerchantGrain>(_merchant).Terms() ?? throw ShopErrors.NotFound();
        var rules = new HoldRules(terms.Program.MinRedeem, _options.MaxOpenHolds, _options.HoldFor);
        var id = ids.Next();
        return await Decide(
            (account, now) => account.Hold(id, points, rules, now),
            decision => View(decision.Next.Open(id)!),
            request,
            PointsJson.Default.Redemption);
    }

    public async Task<Redemption> Waiting(Guid hold, RequestKey? request)
    {
        var (open, _) = await Open(hold);
        var change = new Change();
        change.Answer(request, View(open), PointsJson.Default.Redemption);
        if (change.Rows > 0)
            await committer.Commit(change);
        return View(open);
    }

    public Task<Redemption> Capture(Guid hold, long? points, RequestKey? request) =>
        Resolve(hold, (open, now) => _account!.Capture(open, points, now), request);

    public Task<Redemption> Void(Guid hold, RequestKey? request) =>
        Resolve(hold, (open, now) => _account!.Void(open, now), request);

    public async Task<TimeSpan> ExpireHold(Guid hold)
    {
        var now = await Ready();

        // Whose job it is ends it when there is no such hold: another activation may have made it.
        if (_account!.Open(hold) is null)
            now = await Ready(fresh: true);
        return _account.Open(hold) is { } open ? open.ExpiresAt - now : TimeSpan.Zero;
    }

    public Task ExpirePoints() => Ready();

    public async Task<Gift> Give(GivePoints command)
    {
        if (command.ToUserId != _user && await GrainFactory.GetGrain<IUserGrain>(command.ToUserId).Summary() is null)
            throw PointsErrors.UnknownUser();
        var id = ids.Next();
        var gift = await Decide(
            (account, now) => account.Give(new(id, _merchant, _user, command.ToUserId, command.Points, command.Note, now)),
            decision => decision.Facts.OfType<MemberFact.Given>().Single().Gift,
            command.Request,
            PointsJson.Default.Gift);
        await Tell(command.ToUserId);
        return gift;
    }

    public async Task<ClawBackResult> ClawBack(ClawBackPoints command)
    {
        var now = await Ready(fresh: true);
        var decision = _account!.ClawBack(command, now, out var result);
        try
        {
            await Commit(decision, new Change());
            return result;
        }
        catch (ChangeRefusedException e) when (e.Constraint == MemberStore.TransactionKey)
        {
            return await store.ClawedBack(command.TransactionId, _merchant, _user) ?? throw new InvalidOperationException(
                "The id of the claw-back is that of a transaction of another account.", e);
        }
    }

    public async Task<PointsBalance> Correct(CorrectPoints command)
    {
        try
        {
            await Decide(
                (account, now) => account.Correct(command, now),
                decision => decision.Next.View(clock.Now),
                command.Request,
                PointsJson.Default.PointsBalance);
        }
        catch (ChangeRefusedException e) when (e.Constraint == MemberStore.TransactionKey)
        {
            // Done before.
        }

        return await Read();
    }

    /// <summary>Commits a decision. What a rule refuses is decided once more on what is stored now.</summary>
    private async Task<T> Decide<T>(
        Func<MemberAccount, DateTimeOffset, Decision<MemberAccount, MemberFact>> rule,
        Func<Decision<MemberAccount, MemberFact>, T> answer,
        RequestKey? request,
        JsonTypeInfo<T> type)
    {
        var now = await Ready();
        Decision<MemberAccount, MemberFact> decision;
        try
        {
            decision = rule(_account!, now);
        }
        catch (Refusal)
        {
            now = await Ready(fresh: true);
            decision = rule(_account!, now);
        }

        var answered = answer(decision);
        var change = new Change();
        change.Answer(request, answered, type);
        await Commit(decision, change);
        return answered;
    }

    private async Task<Redemption> Resolve(
        Guid hold, Func<PointHold, DateTimeOffset, Decision<MemberAccount, MemberFact>> rule, RequestKey? request)
    {
        var (open, now) = await Open(hold);
        var decision = rule(open, now);
        var redemption = View(decision.Facts.OfType<MemberFact.Resolved>().Single().Hold);
        var change = new Change();
        change.Answer(request, redemption, PointsJson.Default.Redemption);
        await Commit(decision, change);

        // What went back may have ended meanwhile, or is owed.
        if (_account is { } account && account.Due(now, Guid.Empty) is not null)
            await Settle();
        return redemption;
    }

    /// <summary>The hold, if it waits for a till.</summary>
    /// <exception cref="Refusal">It was resolved, or there is no such one.</exception>
    private async Task<(PointHold Open, DateTimeOffset Now)> Open(Guid hold)
    {
        var now = await Ready();
        if (_account!.Open(hold) is null && await store.Hold(_merchant, _user, hold) is var stored)
        {
            if (stored is not { State: HoldState.Held })
                throw PointsErrors.Resolved(stored?.State);
            // Another activation made it, and this one has not heard of its end yet.
            now = await Ready(fresh: true);
        }

        return (_account.Open(hold) ?? throw PointsErrors.Resolved(HoldState.Expired), now);
    }

    /// <summary>Reads the account where it has to be, and does what is due. Then decisions can be made.</summary>
    /// <returns>The time at which nothing is due.</returns>
    private async Task<DateTimeOffset> Ready(bool fresh = false)
    {
        if (fresh || _account is null || IsOld)
            await Load();
        var now = clock.Now;
        while (_account!.Due(now, ids.Next()) is { } due)
            await Commit(due, new Change());
        return now;
    }

    private bool IsOld => _isStale || time.GetElapsedTime(_readAt) > _options.SnapshotMaxAge;

    private async Task Load()
    {
        // What is told from here on may not be in what is read, and what was shown is over: who asks while it is read has to wait.
        _isStale = false;
        _shown = null;
        _readAt = time.GetTimestamp();
        try
        {
            (_account, _version) = await store.Load(_merchant, _user);
        }
        catch (Exception)
        {
            _isStale = true;
            throw;
        }
    }

    private async Task Commit(Decision<MemberAccount, MemberFact> decision, Change change)
    {
        MemberTable.Write(change, decision.Next, decision.Facts, _version);
        _shown = null;
        try
        {
            await committer.Commit(change);
        }
        catch (Exception)
        {
            // Nothing was written, or it is not known: forget it all, and read what is stored.
            _account = null;
            DeactivateOnIdle();
            throw;
        }

        _account = decision.Next;
        _version++;
    }

    private Task SettleOnce(CancellationToken cancellation)
    {
        _settlement?.Dispose();
        _settlement = null;
        return Settle();
    }

    private async Task Settle()
    {
        try
        {
            await Ready();
        }
        catch (Exception e)
        {
            PointsLog.SettlementFailed(log, e);
        }
    }

    private async Task Tell(Guid user)
    {
        try
        {
            await GrainFactory.GetGrain<IMemberAccountGrain>(MemberKeys.Of(_merchant, user)).Refresh();
        }
        catch (Exception e)
        {
            PointsLog.RefreshFailed(log, e);
        }
    }

    private Redemption View(PointHold hold) => Redemptions.Of(_merchant, _user, hold);
}
