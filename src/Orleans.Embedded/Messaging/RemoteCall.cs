using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// A request on its way to another silo, once: if it was surely not executed there, the message center sends it again, by
/// another one of these. The body of its frame: method, flags, how often it was sent on, target, the milliseconds that its
/// caller waits on, the calling grain (if the flags say so), context, arguments.
/// </summary>
internal sealed class RemoteCall(ClusterMessageCenter center, IMessage request, SiloAddress silo, bool isPlaced) : IOutgoingCall
{
    private long _callId;
    private Exception? _unwritable;

    [Flags]
    internal enum Flags : byte
    {
        None = 0,

        /// <summary>Placement chose the silo, the directory knew of no activation: it is to make one.</summary>
        IsPlaced = 1,

        /// <summary>The calling grain is named.</summary>
        HasSource = 2,
    }

    public IMessage Request => request;

    public SiloAddress Silo => silo;

    /// <summary>It did not get there.</summary>
    public bool IsLost { get; private set; }

    // The network asks this of each call once a period, which makes it the place to time calls out.
    public bool IsDone => request.IsDone || center.TimeOutIfOverdue(this);

    public void Send(ISiloNetwork network)
    {
        if (request.Method.IsOneWay)
        {
            network.Post(silo, this);
            return;
        }

        var id = network.Call(silo, this);
        if (!request.Method.TakesToken)
            return;
        Volatile.Write(ref _callId, id);
        request.CancellationToken.UnsafeRegister(static call => ((RemoteCall)call!).Cancel(), this);
    }

    public void Write(ref WireWriter writer)
    {
        try
        {
            WriteBody(ref writer);
        }
        catch (Exception exception)
        {
            _unwritable = exception;
            throw;
        }
    }

    public void OnReply(ReplyKind kind, ref WireReader reader)
    {
        switch (kind)
        {
            case ReplyKind.Result:
                request.CompleteFrom(ref reader);
                break;
            case ReplyKind.Failure:
                request.Fail(ExceptionCodec.Read(ref reader) ?? new OrleansException($"The silo {silo} did not say what {request.GetActivityName()} failed of."));
                break;
            case ReplyKind.Cancelled:
                request.Cancel(new CancellationToken(canceled: true));
                break;
            default:
                center.OnRejected(this, Rejection.Read(ref reader));
                break;
        }
    }

    public void OnLost(bool surelyNotExecuted, Exception why)
    {
        IsLost = true;
        if (_unwritable is not null || (surelyNotExecuted && why is LimitExceededException))
            request.Fail(_unwritable ?? why);
        else
            center.OnLost(this, surelyNotExecuted, why);
    }

    private void Cancel() => center.Network.Cancel(silo, Volatile.Read(ref _callId));

    private void WriteBody(ref WireWriter writer)
    {
        ref var header = ref request.Header;
        var target = header.Target;
        var source = target.Shared.Class.HasFilters || header.Context is { IsTraced: true } ? header.SourceId : null;
        writer.WriteUInt64(request.Method.WireId);
        writer.WriteByte((byte)((isPlaced ? Flags.IsPlaced : Flags.None) | (source is null ? Flags.None : Flags.HasSource)));
        writer.WriteByte(header.Forwards);
        writer.WriteBytes(target.Shared.Class.GrainType.AsSpan());
        writer.WriteBytes(target.Key.AsSpan());
        writer.WriteVarUInt((uint)Math.Max(1, center.TimeLeft(request)));
        if (source is { } grain)
            Codecs.Of<GrainId>().Write(ref writer, grain);
        ContextCodec.Write(ref writer, header.Context);
        request.WriteArguments(ref writer);
    }
}
