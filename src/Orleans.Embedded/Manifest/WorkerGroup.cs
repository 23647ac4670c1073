using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The activations of one stateless worker: a call goes to an idle one, to a new one if all are busy, or else to the least busy.</summary>
internal sealed class WorkerGroup(GrainClass grainClass, IdSpan key)
{
    private readonly Lock _lock = new();
    private Activation[] _workers = [];

    public IReadOnlyList<Activation> Workers => Volatile.Read(ref _workers);

    public int Count => Workers.Count;

    public void Receive(IMessage request)
    {
        while (!Choose().TryReceive(request))
        {
            // It ended meanwhile and has left the group, or is about to.
        }
    }

    public void Remove(Activation activation)
    {
        lock (_lock)
            Volatile.Write(ref _workers, [.. _workers.Where(worker => !ReferenceEquals(worker, activation))]);
    }

    private Activation Choose()
    {
        var best = LeastBusy(out var load);
        if (best is not null && (load == 0 || _workers.Length >= grainClass.MaxWorkers))
            return best;

        Activation made;
        lock (_lock)
        {
            if (_workers.Length >= grainClass.MaxWorkers && LeastBusy(out _) is { } worker)
                return worker;
            made = new Activation(grainClass, key, this);
            Volatile.Write(ref _workers, [.. _workers, made]);
        }

        made.Start();
        return made;
    }

    private Activation? LeastBusy(out int load)
    {
        load = int.MaxValue;
        Activation? best = null;
        foreach (var worker in Volatile.Read(ref _workers))
        {
            if (worker.State <= ActivationState.Valid && worker.Load < load)
            {
                best = worker;
                load = worker.Load;
            }
        }

        return best;
    }
}
