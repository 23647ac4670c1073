using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Finds the activation of a request: here, in the directory, or where placement says.</summary>
internal sealed class MessageCenter(Silo silo, IGrainDirectory directory, IPlacementDirector placement, ITransport? transport) : IMessageCenter
{
    // A grain that deactivates itself on every call would otherwise keep a request going round.
    private const int MaxForwards = 8;

    public void Send(IMessage request)
    {
        var reference = request.Header.Target;
        var grainClass = reference.Shared.Class;
        if (!silo.TakesCalls)
        {
            Refuse(request);
            return;
        }

        if (grainClass.IsStatelessWorker)
        {
            grainClass.Group(reference.Key).Receive(request);
            return;
        }

        if (grainClass.Find(reference.Key) is { } activation && activation.TryReceive(request))
        {
            reference.Cached = activation;
            return;
        }

        var located = Locate(reference.GrainId);
        if (located.IsCompletedSuccessfully)
            Deliver(request, located.Result);
        else
            _ = DeliverAsync(request, located);
    }

    public void Forward(IMessage request)
    {
        if (request.IsDone)
            return;
        if (request.Header.Target is null || request.Header.Forwards++ >= MaxForwards)
            request.Fail(new OrleansMessageRejectionException($"{request.Header.Target?.GrainId} ended {MaxForwards} times before {request.GetActivityName()} could run."));
        else
            Send(request);
    }

    private async ValueTask<SiloAddress> Locate(GrainId grain)
    {
        return await directory.Lookup(grain) ?? await placement.Place(grain);
    }

    private async Task DeliverAsync(IMessage request, ValueTask<SiloAddress> located)
    {
        try
        {
            Deliver(request, await located);
        }
        catch (Exception exception)
        {
            request.Fail(exception);
        }
    }

    private void Deliver(IMessage request, SiloAddress address)
    {
        if (!address.Equals(silo.Address))
        {
            transport!.Send(address, request);
            return;
        }

        var reference = request.Header.Target;
        var activation = reference.Shared.Class.FindOrCreate(reference.Key);
        // One that has ended is replaced by whoever finds it so.
        while (!activation.TryReceive(request))
            activation = reference.Shared.Class.FindOrCreate(reference.Key);
        reference.Cached = activation;
    }

    private void Refuse(IMessage request) => request.Fail(new SiloUnavailableException(
        $"The silo {silo.Address} is {(silo.IsStopping ? "stopping" : "not started")} and took no call of {request.GetActivityName()} on {request.Header.Target.GrainId}."));
}
