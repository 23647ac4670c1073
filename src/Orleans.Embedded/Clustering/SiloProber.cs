using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Probes silos: the neighbours once a period, and whomever somebody could not reach at once. One that fails is probed until
/// it answers or is dead, and voted on once it has failed often enough.
/// </summary>
internal sealed class SiloProber(
    ClusterMembership membership,
    ISiloNetwork network,
    ClusterMembershipOptions options,
    MembershipRules rules,
    OwnPace pace,
    TimeProvider time,
    ILogger log)
{
    // A port that refuses does so at once: three refusals take less than a second.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly ReadOnlyMemory<byte> Reached = new byte[] { 1 };
    private static readonly ReadOnlyMemory<byte> NotReached = new byte[] { 0 };

    private readonly ConcurrentDictionary<SiloAddress, Probed> _probed = [];
    private CancellationToken _stop = new(canceled: true);

    /// <summary>Half of the time that one may take to answer: so a silo that begins to hang is noticed soon after.</summary>
    private TimeSpan Period => options.ProbeTimeout / 2;

    public void AnswerProbes()
    {
        network.OnAsk(AskKind.Probe, static (_, _) => default);
        network.OnAsk(AskKind.ProbeFor, async (_, body) =>
        {
            try
            {
                await network.Ask(SiloAddress.FromParsableString(Encoding.UTF8.GetString(body.Span)), AskKind.Probe, default, options.ProbeTimeout);
                return Reached;
            }
            catch (Exception exception) when (exception is TimeoutException or SiloUnavailableException or FormatException)
            {
                return NotReached;
            }
        });
    }

    public async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        while (!stop.IsCancellationRequested)
        {
            foreach (var silo in rules.ProbedBy(membership.View, membership.Self, Failing(static probed => probed.History.IsFailing)))
                Suspect(silo);
            await Task.Delay(Period, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Probes a silo now, unless it is being probed.</summary>
    public void Suspect(SiloAddress silo)
    {
        if (_stop.IsCancellationRequested || silo.Equals(membership.Self) || membership.View.Find(silo) is not { IsFunctioning: true })
            return;
        var probed = Of(silo);
        if (probed.TryEnter())
            _ = Watch(probed, _stop);
    }

    /// <summary>Others' suspicions are looked into at once, so that the votes needed come together; the dead are forgotten.</summary>
    public void OnChange(ClusterView view)
    {
        foreach (var silo in _probed.Keys.Where(silo => view.Find(silo) is not { IsFunctioning: true }))
            _probed.TryRemove(silo, out _);
        foreach (var member in view.Members.Where(static member => member.IsFunctioning && !member.Suspicions.IsEmpty))
            Suspect(member.Address);
    }

    /// <summary>
    /// The active silos that do not answer, for one that joins. Those that are gone for all that can be known are voted out,
    /// all together: each of them is one vote less to wait for with the others.
    /// </summary>
    public async Task<IReadOnlyList<SiloAddress>> FindSilent(ClusterView view, CancellationToken cancellation)
    {
        var active = view.Members.Where(member => member.IsActive && !member.Address.Equals(membership.Self)).ToList();
        var answers = await Task.WhenAll(active.Select(member => FindAnswer(member, cancellation)));
        var silent = active.Where((_, i) => !answers[i]).Select(static member => member.Address).ToList();
        var gone = Failing(probed => probed.History.IsRefused || IsOld(probed.Silo, byItsClock: true));
        foreach (var silo in silent.ToList())
        {
            if (await membership.Vote(silo, gone, cancellation))
                silent.Remove(silo);
        }

        return silent;
    }

    private async Task<bool> FindAnswer(ClusterMember member, CancellationToken cancellation)
    {
        var probed = Of(member.Address);
        while (true)
        {
            var outcome = await Probe(probed, cancellation);
            probed.History.Add(outcome);
            if (outcome == ProbeOutcome.Answered)
                return true;
            if (probed.History.IsOverLimit || (outcome == ProbeOutcome.Missed && membership.IsOld(member, byItsClock: true)))
                return false;
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private async Task Watch(Probed probed, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && membership.View.Find(probed.Silo) is { IsFunctioning: true })
            {
                var other = options.EnableIndirectProbes && probed.History.IsAtLast ? AskOther(probed.Silo, stop) : null;
                var wasOverLimit = probed.History.IsOverLimit;
                var outcome = await Probe(probed, stop);
                probed.History.Add(outcome);
                if (outcome == ProbeOutcome.Answered)
                {
                    if (wasOverLimit)
                        await OnAnsweredAgain(probed.Silo, stop);
                    return;
                }

                if (probed.History.IsOverLimit && outcome != ProbeOutcome.Void)
                    await Vote(probed, wasOverLimit, other, stop);
                if (!stop.IsCancellationRequested)
                    await Task.Delay(Pause, time, stop);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // As told.
        }
        finally
        {
            probed.Leave();
        }
    }

    private async Task Vote(Probed probed, bool isAgain, Task<SiloAddress?>? other, CancellationToken stop)
    {
        if (!isAgain)
            log.DoesNotAnswer(probed.Silo, probed.History.Missed, probed.History.Refused, probed.Why!);
        // Nobody is needed to tell whether a port is closed.
        if (!probed.History.IsRefused && other is not null && await other is { } reacher)
        {
            log.OtherReachesIt(probed.Silo, reacher);
            return;
        }

        try
        {
            await membership.Vote(
                probed.Silo,
                Failing(each => each.History.IsRefused || (each.History.IsOverLimit && IsOld(each.Silo, byItsClock: false))),
                stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            if (!isAgain)
                log.VoteFailed(probed.Silo, exception);
        }
    }

    private async Task OnAnsweredAgain(SiloAddress silo, CancellationToken stop)
    {
        log.AnswersAgain(silo);
        try
        {
            await membership.Withdraw(silo, stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            // It ceases to count by itself after a while.
            log.VoteFailed(silo, exception);
        }
    }

    private async Task<ProbeOutcome> Probe(Probed probed, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        try
        {
            await network.Ask(probed.Silo, AskKind.Probe, default, options.ProbeTimeout, stop);
            return ProbeOutcome.Answered;
        }
        catch (SiloUnavailableException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            probed.Why = exception;
            return ProbeOutcome.Refused;
        }
        catch (Exception exception) when (exception is SiloUnavailableException or TimeoutException)
        {
            probed.Why = exception;
            // The time that this process was not running for is known by the limit's being overrun, or by its own pace.
            var elapsed = time.GetElapsedTime(start);
            if (options.ExtendProbeTimeoutDuringDegradation && (elapsed > options.ProbeTimeout + OwnPace.Late || pace.WasLateSince(start)))
                return ProbeOutcome.Void;
            // What fails at once may fail several times within a moment's trouble: that is one probe missed.
            if (elapsed < Period && probed.LastMissed is { } last && time.GetElapsedTime(last) < Period)
                return ProbeOutcome.Void;
            probed.LastMissed = time.GetTimestamp();
            return ProbeOutcome.Missed;
        }
        catch (OrleansException)
        {
            // An answer, if a strange one.
            return ProbeOutcome.Answered;
        }
    }

    // Who of the others reaches it; null for nobody, or nobody to ask.
    private async Task<SiloAddress?> AskOther(SiloAddress silo, CancellationToken stop)
    {
        var others = membership.View.Active.Where(other => !other.Equals(silo) && !other.Equals(membership.Self)
            && !(_probed.TryGetValue(other, out var probed) && probed.History.IsFailing)).ToArray();
        if (others.Length == 0)
            return null;
        var other = others[Random.Shared.Next(others.Length)];
        try
        {
            var answer = await network.Ask(other, AskKind.ProbeFor, Encoding.UTF8.GetBytes(silo.ToParsableString()), options.ProbeTimeout * 1.5, stop);
            return answer.Span.SequenceEqual(Reached.Span) ? other : null;
        }
        catch (Exception)
        {
            // It knows nothing of the other: the vote is not held up by that.
            return null;
        }
    }

    private HashSet<SiloAddress> Failing(Func<Probed, bool> which) => [.. _probed.Values.Where(which).Select(static probed => probed.Silo)];

    private bool IsOld(SiloAddress silo, bool byItsClock) =>
        _probed.TryGetValue(silo, out var probed) && probed.History.IsFailing
        && membership.View.Find(silo) is { } member && membership.IsOld(member, byItsClock);

    private Probed Of(SiloAddress silo) => _probed.GetOrAdd(silo, static (address, limit) => new Probed(address, limit), options.NumMissedProbesLimit);

    private sealed class Probed(SiloAddress silo, int missedLimit)
    {
        private int _isBusy;

        public SiloAddress Silo => silo;

        public ProbeHistory History { get; } = new(missedLimit);

        public Exception? Why { get; set; }

        public long? LastMissed { get; set; }

        public bool TryEnter() => Interlocked.Exchange(ref _isBusy, 1) == 0;

        public void Leave() => Volatile.Write(ref _isBusy, 0);
    }
}
