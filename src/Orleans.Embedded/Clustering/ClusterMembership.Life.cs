using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Embedded;

// From joining to leaving, or being told that one is dead.
internal sealed partial class ClusterMembership
{
    // A stop must not wait for a database that is away.
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(2);

    private Task _loops = Task.CompletedTask;
    private int _ended;
    private volatile bool _isMember;
    private volatile bool _isLeaving;

    /// <summary>
    /// Enters the table and looks whether all that are active answer; those that are gone are voted out on the way. The silo
    /// answers probes already.
    /// </summary>
    /// <exception cref="OrleansException">Active silos did not answer, and the others did not agree that they are gone.</exception>
    public async Task Join(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        await _store.Initialize(either.Token);
        await EndEarlierLives(either.Token);
        await Change(view => view.Find(Self) is null ? Entry(SiloStatus.Joining) : null, either.Token);
        _isMember = true;
        _log.StatusChanged(Self, SiloStatus.Joining, _view.Version, _view.Active.Length);
        _loops = Task.WhenAll(
            Loop(_options.IAmAliveTablePublishTimeout, WriteIAmAlive),
            Loop(_options.TableRefreshTimeout, () => TryRefresh(_stop.Token)),
            Loop(_options.DefunctSiloCleanupPeriod ?? Timeout.InfiniteTimeSpan, Cleanup),
            _pace.RunAsync(() => TryRefresh(_stop.Token), _stop.Token));
        if (_options.LivenessEnabled)
            await ReachAll(either.Token);
    }

    /// <summary>From here on the others place grains here and call them.</summary>
    public async Task BecomeActive(CancellationToken cancellation)
    {
        await SetOwn(SiloStatus.Active, cancellation);
        if (_options.LivenessEnabled)
            _loops = Task.WhenAll(_loops, _prober.RunAsync(_stop.Token));
    }

    /// <summary>Tells the others how far the stop has come; what cannot be written is logged.</summary>
    public async Task Leave(SiloStatus status, CancellationToken cancellation)
    {
        _isLeaving = true;
        if (!_isMember || _stop.IsCancellationRequested)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        limit.CancelAfter(LeaveLimit);
        try
        {
            await SetOwn(status, limit.Token);
            // The connections close after the last word.
            if (status == SiloStatus.Dead)
                await TellOthers().WaitAsync(limit.Token);
        }
        catch (Exception exception)
        {
            if (!_stop.IsCancellationRequested)
                _log.StatusNotWritten(status, exception);
        }
    }

    /// <summary>Ends what runs; nothing is written any more.</summary>
    public async Task StopAsync()
    {
        Abandon();
        await _loops;
    }

    /// <summary>The same, without waiting.</summary>
    public void Abandon()
    {
        _isLeaving = true;
        _stop.Cancel();
    }

    private async Task EndEarlierLives(CancellationToken cancellation)
    {
        ClusterMember? earlier;
        do
        {
            earlier = null;
            var view = await Change(
                view => (earlier = MembershipRules.EarlierLives(view, Self).FirstOrDefault()) is null ? null : earlier with { Status = SiloStatus.Dead },
                cancellation);
            if (earlier is not null)
                _log.EarlierLife(earlier.Address);
            if (view.IsDead(Self))
            {
                throw new OrleansConfigurationException(
                    $"The membership table has a later start of a silo at {Self.Endpoint} than this one ({Self.Generation}): does the clock of this machine go behind?");
            }
        }
        while (earlier is not null);
    }

    private async Task ReachAll(CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            var silent = await _prober.FindSilent(_view, cancellation);
            if (silent.Count == 0)
                return;
            var names = string.Join(", ", silent);
            if (_time.GetElapsedTime(start) > _options.MaxJoinAttemptTime)
            {
                throw new OrleansException(string.Create(
                    CultureInfo.InvariantCulture, $"This silo cannot join: it did not reach {names} within {_options.MaxJoinAttemptTime}, and they were not voted out."));
            }

            _log.CannotReach(names);
            await TryRefresh(cancellation);
        }
    }

    private ClusterMember Entry(SiloStatus status) =>
        new(Self, _name, _hostName, status, [], Milliseconds(_startTime), Milliseconds(_time.GetUtcNow().UtcDateTime));

    private async Task SetOwn(SiloStatus status, CancellationToken cancellation)
    {
        var view = await Change(
            view => view.Find(Self) is { } own && own.Status < status ? own with { Status = status, IAmAliveTime = Entry(status).IAmAliveTime } : null,
            cancellation);
        // Its end was the others' word, not its own.
        if (status != SiloStatus.Dead && view.StatusOf(Self) != status)
            throw new OrleansException($"This silo ({Self}) cannot become {status}: it is {view.StatusOf(Self)} by now.");
        _log.StatusChanged(Self, status, view.Version, view.Active.Length);
    }

    // The table has the last word on who is dead, and an entry that was removed was one of the dead.
    private void LookForSelf(ClusterView view)
    {
        if (_isLeaving || !_isMember || (view.Find(Self) is not null && !view.IsDead(Self)) || Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _log.Evicted(Self);
        Abandon();
        OnEvicted?.Invoke();
    }

    private async Task WriteIAmAlive() => await AtTable(
        async limit =>
        {
            await _store.UpdateIAmAlive(Self, Milliseconds(_time.GetUtcNow().UtcDateTime), limit);
            return true;
        },
        _stop.Token);

    // One does it for all.
    private async Task Cleanup()
    {
        if (_view.Active.FirstOrDefault()?.Equals(Self) == true)
            await _store.Cleanup(_time.GetUtcNow().UtcDateTime - _options.DefunctSiloExpiration, _stop.Token);
    }

    private async Task Loop(TimeSpan period, Func<Task> run)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(period, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stop.IsCancellationRequested)
                await run().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
