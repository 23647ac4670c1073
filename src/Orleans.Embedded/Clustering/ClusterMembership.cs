using System.Buffers.Binary;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// This silo's part in the cluster: keeps the view of the table, changes it by optimistic writes, and tells the others when
/// it did. What it decides, and when, is said by <see cref="MembershipRules"/>.
/// </summary>
/// <remarks>A table that cannot be reached ends nothing: the last view is kept, and nobody can be voted out meanwhile.</remarks>
internal sealed partial class ClusterMembership : IClusterMembership
{
    // A read is one row a silo; what takes longer is a database that does not answer.
    private static readonly TimeSpan TableLimit = TimeSpan.FromSeconds(5);

    // How long others are asked to wait for a version that somebody saw already.
    private static readonly TimeSpan AtLeastLimit = TimeSpan.FromSeconds(10);

    // A word to a neighbour; who does not hear it reads the table soon anyway.
    private static readonly TimeSpan GossipLimit = TimeSpan.FromSeconds(1);

    private readonly IMembershipStore _store;
    private readonly ISiloNetwork _network;
    private readonly ClusterMembershipOptions _options;
    private readonly MembershipRules _rules;
    private readonly Sightings _sightings;
    private readonly SiloProber _prober;
    private readonly OwnPace _pace;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _name;
    private readonly string _hostName;
    private readonly DateTime _startTime;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _publishing = new();
    private ImmutableArray<Action<ClusterView>> _subscribers = [];
    private volatile ClusterView _view = ClusterView.Empty;
    private long _readsBegun;
    private long _lastRead;
    private bool _isTableLost;

    public ClusterMembership(
        ISiloNetwork network, IMembershipStore store, string name, string hostName, ClusterMembershipOptions options, TimeProvider time, ILogger log)
    {
        options.Validate();
        _network = network;
        _store = store;
        _name = name;
        _hostName = hostName;
        _options = options;
        _time = time;
        _log = log;
        _startTime = time.GetUtcNow().UtcDateTime;
        _rules = new MembershipRules(options);
        _sightings = new Sightings(time, options);
        _pace = new OwnPace(time, log);
        _prober = new SiloProber(this, network, options, _rules, _pace, time, log);
        network.IsKnownDead = silo => _view.IsDead(silo);
        network.Unreachable += Suspect;
        network.OnAsk(AskKind.ViewChanged, OnViewChanged);
        _prober.AnswerProbes();
    }

    /// <summary>What to do once this silo was declared dead; it writes nothing any more by then. Run once, on any thread.</summary>
    public Action? OnEvicted { get; set; }

    public SiloAddress Self => _network.Address;

    public ClusterView View => _view;

    public void Subscribe(Action<ClusterView> onChange)
    {
        lock (_publishing)
        {
            _subscribers = _subscribers.Add(onChange);
            Tell(onChange, _view);
        }
    }

    public void Suspect(SiloAddress silo, Exception why) => _prober.Suspect(silo);

    public async ValueTask<ClusterView> AtLeast(long version, CancellationToken cancellation)
    {
        if (_view.Version >= version)
            return _view;
        var start = _time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(5); ; pause *= 2)
        {
            await TryRefresh(cancellation);
            if (_view.Version >= version)
                return _view;
            if (_time.GetElapsedTime(start) + pause > AtLeastLimit)
                throw new TimeoutException($"Version {version} of the cluster was not to be seen within {AtLeastLimit}; the latest one known is {_view.Version}.");
            await Task.Delay(pause, _time, cancellation);
        }
    }

    public async Task Refresh(CancellationToken cancellation)
    {
        // Those who ask may hold locks that a subscriber takes.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var before = Volatile.Read(ref _readsBegun);
        await _reading.WaitAsync(cancellation);
        try
        {
            // One read serves all who asked before it began.
            if (_lastRead > before)
                return;
            var number = Interlocked.Increment(ref _readsBegun);
            Publish(await AtTable(_store.Read, cancellation));
            _lastRead = number;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The same; what fails is logged.</summary>
    public async Task TryRefresh(CancellationToken cancellation)
    {
        try
        {
            await Refresh(cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The table's loss is logged once; the view stays.
        }
    }

    /// <summary>Whether a silo does not answer and, for all the table says, does not live either.</summary>
    public bool IsOld(ClusterMember member, bool byItsClock)
    {
        lock (_publishing)
            return byItsClock ? _sightings.LooksOld(member) : _sightings.IsOld(member);
    }

    /// <summary>Votes that a silo is dead; true if it is dead now.</summary>
    public async Task<bool> Vote(SiloAddress target, IReadOnlySet<SiloAddress> gone, CancellationToken cancellation)
    {
        ClusterMember? voted = null;
        var view = await Change(
            view =>
            {
                voted = null;
                if (view.Find(target) is not { IsFunctioning: true } member || view.Find(Self) is not { IsFunctioning: true })
                    return null;
                var vote = new Suspicion(Self, Milliseconds(_time.GetUtcNow().UtcDateTime));
                lock (_publishing)
                    voted = _rules.Suspect(view, member, vote, earlier => _sightings.Counts(target, earlier), gone);
                return voted;
            },
            cancellation);
        if (voted?.Status == SiloStatus.Dead)
            _log.DeclaredDead(target);
        else if (voted is not null)
            _log.Voted(target, voted.Suspicions.Length, _rules.VotesNeeded(view, target, Self, gone));
        return view.IsDead(target);
    }

    /// <summary>Takes an earlier vote back: it must not count together with that of someone who has trouble later.</summary>
    public async Task Withdraw(SiloAddress target, CancellationToken cancellation)
    {
        if (_view.Find(target) is { } known && MembershipRules.Withdraw(known, Self) is not null)
            await Change(view => view.Find(target) is { } member ? MembershipRules.Withdraw(member, Self) : null, cancellation);
    }

    /// <summary>Writes an entry made of the table as it is; made again if someone else was first. Null for nothing to write.</summary>
    private async Task<ClusterView> Change(Func<ClusterView, ClusterMember?> make, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (attempt > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, Math.Min(5 << Math.Min(attempt, 6), 200))), _time, cancellation);
            await Refresh(cancellation);
            var view = _view;
            if (make(view) is not { } entry)
                return view;
            var isNew = view.Find(entry.Address) is null;
            if (!await AtTable(limit => isNew ? _store.Insert(entry, view.Version, limit) : _store.Update(entry, view.Version, limit), cancellation))
                continue;
            var next = view.With(entry);
            Publish(next);
            _ = TellOthers();
            return next;
        }
    }

    private async Task<T> AtTable<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TableLimit);
        try
        {
            var result = await run(limit.Token);
            if (_isTableLost)
                _log.TableBack();
            _isTableLost = false;
            return result;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            if (!_isTableLost)
                _log.TableLost(_view.Version, exception);
            _isTableLost = true;
            throw exception is OperationCanceledException ? new TimeoutException($"The membership table did not answer within {TableLimit}.", exception) : exception;
        }
    }

    private void Publish(ClusterView view)
    {
        List<SiloAddress> dead;
        lock (_publishing)
        {
            var before = _view;
            if (view.Version < before.Version)
                return;
            _view = view;
            _sightings.See(view);
            if (view.Version == before.Version)
                return;
            dead = [.. before.Members.Select(static member => member.Address).Where(silo => !before.IsDead(silo) && view.IsDead(silo))];
            foreach (var subscriber in _subscribers)
                Tell(subscriber, view);
        }

        foreach (var silo in dead.Where(silo => !silo.Equals(Self)))
            _network.Drop(silo, new SiloUnavailableException($"The silo {silo} is dead."));
        LookForSelf(view);
        _prober.OnChange(view);
    }

    private void Tell(Action<ClusterView> subscriber, ClusterView view)
    {
        try
        {
            subscriber(view);
        }
        catch (Exception exception)
        {
            _log.SubscriberFailed(view.Version, exception);
        }
    }

    private async Task TellOthers()
    {
        if (!_options.UseLivenessGossip)
            return;
        var view = _view;
        var body = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(body, view.Version);
        await Task.WhenAll(view.Members.Where(member => member.IsFunctioning && !member.Address.Equals(Self)).Select(async member =>
        {
            try
            {
                await _network.Ask(member.Address, AskKind.ViewChanged, body, GossipLimit, _stop.Token);
            }
            catch (Exception)
            {
                // It will read the table by itself; and if it does not answer, probes are the ones to say so.
            }
        }));
    }

    private ValueTask<ReadOnlyMemory<byte>> OnViewChanged(SiloAddress from, ReadOnlyMemory<byte> body)
    {
        if (body.Length == sizeof(long) && BinaryPrimitives.ReadInt64LittleEndian(body.Span) > _view.Version)
            _ = TryRefresh(_stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        return default;
    }

    // The table keeps no more.
    private static DateTime Milliseconds(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), time.Kind);
}
