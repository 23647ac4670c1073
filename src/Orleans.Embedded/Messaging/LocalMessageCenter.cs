using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Finds the activation of a request in a cluster of one: it is here, or will be.</summary>
internal sealed class LocalMessageCenter(Silo silo) : IMessageCenter
{
    // A grain that deactivates itself on every call would otherwise keep a request going round.
    private const int MaxForwards = 8;

    public void Send(IMessage request)
    {
        var reference = request.Header.Target;
        var grainClass = reference.Shared.Class;
        if (!silo.TakesCalls)
        {
            silo.Refuse(request);
            return;
        }

        if (grainClass.IsStatelessWorker)
        {
            grainClass.Group(reference.Key).Receive(request);
            return;
        }

        var activation = grainClass.FindOrCreate(reference.Key);
        // One that has ended is replaced by whoever finds it so.
        while (!activation.TryReceive(request))
            activation = grainClass.FindOrCreate(reference.Key);
        reference.Cached = activation;
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

    public void TimeOutOverdue()
    {
        // All that wait are in activations.
    }
}
