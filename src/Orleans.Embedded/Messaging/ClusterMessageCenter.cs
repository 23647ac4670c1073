using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Finds the activation of a request in a cluster: here, where it was last found, in the directory, or where placement says. A call that
/// arrives where its grain is not goes back to its caller's silo, which learns the right place from the answer and sends it again.
/// </summary>
internal sealed class ClusterMessageCenter : IMessageCenter
{
    // A grain that deactivates itself on every call would otherwise keep a request going round.
    private const int MaxForwards = 8;

    // So many of them at once, the others after 1, 2, 4 ... milliseconds.
    private const int PatientHops = 2;

    private readonly Silo _silo;
    private readonly IGrainDirectory _directory;
    private readonly PlacementDirectors _placement;
    private readonly LocationCache _places;
    private readonly Outages _outages;
    private readonly AdriftRequests _adrift = new();

    public ClusterMessageCenter(
        Silo silo, ISiloNetwork network, IGrainDirectory directory, PlacementDirectors placement, LocationCache places, Outages outages)
    {
        (_silo, Network, _directory, _placement, _places, _outages) = (silo, network, directory, placement, places, outages);
    }

    public ISiloNetwork Network { get; }

    public void Send(IMessage request)
    {
        var reference = request.Header.Target;
        var grainClass = reference.Shared.Class;
        if (!_silo.TakesCalls)
            _silo.Refuse(request);
        else if (grainClass.IsStatelessWorker)
            grainClass.Group(reference.Key).Receive(request);
        else if (!TryDeliver(request, reference))
        {
            if (_places.Find(reference.GrainId) is { } place && !place.Equals(_silo.Address))
                SendTo(place, request, isPlaced: false);
            else
                Locate(request);
        }
    }

    public void Forward(IMessage request)
    {
        if (request.IsDone)
            return;
        ref var header = ref request.Header;
        if (header.Target is null || header.Forwards++ >= MaxForwards)
            request.Fail(new OrleansMessageRejectionException($"{header.Target?.GrainId} ended or moved {MaxForwards} times before {request.GetActivityName()} could run."));
        else if (header.Origin is RemoteOrigin { WantsReply: true } origin)
            ReturnToSender(request, origin, _places.Find(header.Target.GrainId));
        else
            Send(request);
    }

    /// <summary>A request of another silo, which takes its target to be here or has placed it here.</summary>
    public void Receive(IMessage request, bool isPlaced)
    {
        var reference = request.Header.Target;
        var grainClass = reference.Shared.Class;
        if (grainClass.IsStatelessWorker)
            grainClass.Group(reference.Key).Receive(request);
        else if (TryDeliver(request, reference))
            return;
        else if (isPlaced && !_silo.IsStopping)
            DeliverHere(request, reference);
        // The caller's silo has not heard of it yet, and would place it here again.
        else if (isPlaced && request.Header.Origin is RemoteOrigin { WantsReply: true } origin && request.Abandon())
            origin.Reject(new Rejection(RejectionReason.Stopping, $"The silo {_silo.Address} is stopping."));
        else
            Locate(request);
    }

    /// <summary>The caller's silo hears that its call was not executed, and what to do about it.</summary>
    public void OnRejected(RemoteCall call, Rejection rejection)
    {
        var (request, grain) = (call.Request, call.Request.Header.Target.GrainId);
        _places.Remove(grain, call.Silo);
        switch (rejection.Reason)
        {
            case RejectionReason.NotHere:
                if (rejection.Holder is { } holder && !holder.Equals(call.Silo))
                    _places.Put(grain, holder);
                Redirect(request);
                break;
            case RejectionReason.UnknownGrainType:
                _placement.Exclude(call.Silo, request.Header.Target.Shared.Class);
                Redirect(request);
                break;
            case RejectionReason.Stopping:
                Again(request, _outages.Over(call.Silo));
                break;
            case RejectionReason.Overloaded:
                request.Fail(new LimitExceededException(rejection.Text));
                break;
            default:
                request.Fail(new OrleansMessageRejectionException(rejection.Text));
                break;
        }
    }

    /// <summary>The caller's silo got no answer. What was surely not executed is sent once more, when the silo is back or known to be gone.</summary>
    public void OnLost(RemoteCall call, bool surelyNotExecuted, Exception why)
    {
        var request = call.Request;
        ref var header = ref request.Header;
        _places.Remove(header.Target.GrainId, call.Silo);
        if (!surelyNotExecuted || header.WasLost)
        {
            request.Fail(new SiloUnavailableException(
                $"The silo {call.Silo} went away; {request.GetActivityName()} of {header.Target.GrainId} was {(surelyNotExecuted ? "not" : "perhaps")} executed.", why));
            return;
        }

        header.WasLost = true;
        Again(request, _outages.Over(call.Silo));
    }

    /// <summary>True if its caller has waited long enough, and now knows.</summary>
    public bool TimeOutIfOverdue(RemoteCall call)
    {
        if (TimeLeft(call.Request) >= 0)
            return false;
        _silo.Watchdog.TimeOut(call.Request, $"The silo {call.Silo} has not answered.");
        return true;
    }

    /// <summary>How long its caller waits on, in milliseconds.</summary>
    public int TimeLeft(IMessage request)
    {
        ref var header = ref request.Header;
        return header.Target.Shared.TimeoutOf(request) - unchecked(_silo.Clock.Milliseconds - header.SentAt);
    }

    public void TimeOutOverdue()
    {
        foreach (var request in _adrift.All())
        {
            if (TimeLeft(request) < 0)
                _silo.Watchdog.TimeOut(request, "It was not found in time where the grain is.");
        }
    }

    private static bool TryDeliver(IMessage request, GrainReference reference)
    {
        if (reference.Shared.Class.Find(reference.Key) is not { } activation)
            return false;
        // Before, for it may be done when it comes back.
        reference.Cached = activation;
        return activation.TryReceive(request);
    }

    private void DeliverHere(IMessage request, GrainReference reference)
    {
        Activation activation;
        do
        {
            activation = reference.Shared.Class.FindOrCreate(reference.Key);
            reference.Cached = activation;
        }
        // One that has ended is replaced by whoever finds it so.
        while (!activation.TryReceive(request));
    }

    private void Locate(IMessage request)
    {
        var located = _directory.Lookup(request.Header.Target.GrainId);
        if (located.IsCompletedSuccessfully)
            Route(request, located.Result);
        else
            _ = RouteAsync(request, located);
    }

    private async Task RouteAsync(IMessage request, ValueTask<SiloAddress?> located)
    {
        _adrift.Add(request);
        try
        {
            Route(request, await located);
        }
        catch (Exception exception)
        {
            request.Fail(exception);
        }
        finally
        {
            _adrift.Remove(request);
        }
    }

    private void Route(IMessage request, SiloAddress? holder)
    {
        if (request.IsDone)
            return;
        var reference = request.Header.Target;
        // An entry of this silo, where there is no activation, is left over: the next registration replaces it.
        var isHere = _silo.Address.Equals(holder);
        if (isHere && _silo.IsStopping)
            holder = null;
        var isPlaced = holder is null;
        // Of several calls that look for a grain at once, the first one has it placed for all.
        holder ??= PlacedBefore(reference.GrainId) ?? _placement.Place(reference.Shared.Class, reference.GrainId);
        if (holder is null)
            request.Fail(new SiloUnavailableException($"There is no silo that could activate {reference.GrainId}."));
        else if (holder.Equals(_silo.Address))
            DeliverHere(request, reference);
        else if (request.Header.Origin is RemoteOrigin { WantsReply: true } origin)
            ReturnToSender(request, origin, isPlaced ? null : holder);
        else
        {
            _places.Put(reference.GrainId, holder);
            SendTo(holder, request, isPlaced);
        }
    }

    private SiloAddress? PlacedBefore(GrainId grain) =>
        _places.Find(grain) is { } place && _placement.IsCandidate(place) ? place : null;

    private void SendTo(SiloAddress silo, IMessage request, bool isPlaced)
    {
        var call = new RemoteCall(this, request, silo, isPlaced);
        call.Send(Network);
        // Nobody will say what became of it.
        if (request.Method.IsOneWay && !call.IsLost)
            request.Complete(null);
    }

    // This silo could send it on, but then two would hold on to the call, and the caller's would not learn.
    private void ReturnToSender(IMessage request, RemoteOrigin origin, SiloAddress? holder)
    {
        if (request.Abandon())
            origin.Reject(new Rejection(RejectionReason.NotHere, $"{request.Header.Target.GrainId} is not active on {_silo.Address}.", _silo.Address.Equals(holder) ? null : holder));
    }

    // A grain that moves as fast as a call can follow is given a moment; the first times are what happens every day.
    private void Redirect(IMessage request)
    {
        var hops = request.Header.Forwards;
        if (hops < PatientHops)
            Forward(request);
        else
            Again(request, Task.Delay(TimeSpan.FromMilliseconds(1 << (hops - PatientHops)), _silo.TimeProvider));
    }

    private void Again(IMessage request, Task when)
    {
        _adrift.Add(request);
        _ = SendAgain();

        async Task SendAgain()
        {
            try
            {
                await when;
                Forward(request);
            }
            catch (Exception exception)
            {
                request.Fail(exception);
            }
            finally
            {
                _adrift.Remove(request);
            }
        }
    }
}
