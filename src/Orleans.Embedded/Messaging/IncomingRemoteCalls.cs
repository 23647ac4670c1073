using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Makes requests of what other silos send, and hands them on.</summary>
internal sealed class IncomingRemoteCalls(Silo silo, ClusterMessageCenter center) : IIncomingCalls
{
    // By the silo's own number of the call; only those that can be cancelled.
    private readonly ConcurrentDictionary<(SiloAddress Silo, long CallId), CancellationTokenSource> _cancellable = new();

    // What is called by a method: nearly always one class through one interface.
    private readonly ConcurrentDictionary<ulong, GrainReferenceShared> _targets = new();

    public void OnCall(ReplyTo replyTo, ref WireReader body)
    {
        var method = body.ReadUInt64();
        var flags = (RemoteCall.Flags)body.ReadByte();
        var forwards = body.ReadByte();
        var type = body.ReadBytes();
        var key = body.ReadBytes();
        var timeout = (int)body.ReadVarUInt(int.MaxValue);
        var source = flags.HasFlag(RemoteCall.Flags.HasSource) ? (object)Codecs.Of<GrainId>().Read(ref body) : null;
        var origin = new RemoteOrigin(replyTo, source, timeout);
        if (!silo.TakesCalls)
        {
            origin.Reject(new Rejection(RejectionReason.Stopping, $"The silo {silo.Address} is {(silo.IsStopping ? "stopping" : "not started")}."));
            return;
        }

        if (!silo.Catalog.TryMakeRequest(method, out var request))
        {
            origin.Reject(new Rejection(RejectionReason.Unreadable, $"The silo {silo.Address} does not know the method that is called."));
            return;
        }

        if (TargetOf(request.Method, type) is not { } shared)
        {
            origin.Reject(new Rejection(RejectionReason.UnknownGrainType, $"The silo {silo.Address} has no such grain class."));
            return;
        }

        ref var header = ref request.Header;
        header.Target = shared.Interface.MakeReference(shared, new IdSpan(key.ToArray()));
        header.Origin = origin;
        header.Forwards = forwards;
        header.SentAt = silo.Clock.Milliseconds;
        header.Context = ContextCodec.Read(ref body);
        request.ReadArguments(ref body);
        if (body.Remaining != 0)
            throw new WireFormatException($"{request.GetActivityName()} has more arguments than this silo knows of.");
        if (!request.Method.TakesToken || BeginCancellable(request, origin))
            center.Receive(request, flags.HasFlag(RemoteCall.Flags.IsPlaced));
    }

    public void OnCancel(SiloAddress from, long callId)
    {
        if (_cancellable.TryRemove((from, callId), out var caller))
            caller.Cancel();
    }

    private bool BeginCancellable(IMessage request, RemoteOrigin origin)
    {
        if (!origin.WantsReply)
        {
            request.CancellationToken = CancellationToken.None;
            return true;
        }

        // Stands for the caller's own token.
        var caller = new CancellationTokenSource();
        _cancellable[(origin.Silo, origin.CallId)] = caller;
        request.WhenDone((_, _) => _cancellable.TryRemove((origin.Silo, origin.CallId), out CancellationTokenSource? _), this);
        request.CancellationToken = caller.Token;
        return CallCancellation.Begin(request);
    }

    private GrainReferenceShared? TargetOf(MethodDescriptor method, ReadOnlySpan<byte> type)
    {
        if (_targets.TryGetValue(method.WireId, out var shared) && type.SequenceEqual(shared.Class.GrainType.AsSpan()))
            return shared;
        var grainType = new GrainType(new IdSpan(type.ToArray()));
        if (!silo.Catalog.HasClass(grainType))
            return null;
        var grainClass = silo.Catalog.ClassOf(grainType);
        // What the runtime itself sends goes through none of the grain's interfaces.
        var through = grainClass.Interfaces.Contains(method.Interface) ? method.Interface : grainClass.Interfaces[0];
        return _targets[method.WireId] = silo.GrainFactory.MakeReference(through, grainClass, IdSpan.Create("any")).Shared;
    }
}
