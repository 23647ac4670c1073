using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Where a request of another silo came from: its answer goes back there, once.</summary>
/// <param name="replyTo">The call as the network knows it.</param>
/// <param name="source">The grain that called, a boxed <see cref="GrainId"/>; null for a client, or if nobody here would ask.</param>
/// <param name="timeout">How long its caller waits on, in milliseconds.</param>
internal sealed class RemoteOrigin(ReplyTo replyTo, object? source, int timeout)
{
    private static readonly ReplyWriter<IMessage> WriteResult = static (ref writer, request) => request.WriteResult(ref writer);

    private static readonly ReplyWriter<Exception> WriteException = static (ref writer, exception) => ExceptionCodec.Write(ref writer, exception);

    private static readonly ReplyWriter<Rejection> WriteRejection = static (ref writer, rejection) => rejection.Write(ref writer);

    public SiloAddress Silo => replyTo.From;

    public long CallId => replyTo.CallId;

    public bool WantsReply => replyTo.WantsReply;

    public GrainId? Source => (GrainId?)source;

    public int Timeout => timeout;

    public void OnCompleted(IMessage request)
    {
        try
        {
            replyTo.Reply(ReplyKind.Result, request, WriteResult);
        }
        catch (Exception exception)
        {
            // It has no codec, or is larger than a message may be: the caller is told that, for the call was executed.
            OnFailed(exception);
        }
    }

    public void OnFailed(Exception exception)
    {
        try
        {
            replyTo.Reply(ReplyKind.Failure, exception, WriteException);
        }
        catch (Exception unwritable)
        {
            replyTo.Reply<Exception>(ReplyKind.Failure, new OrleansException($"{exception.GetType()}: {exception.Message} ({unwritable.Message})"), WriteException);
        }
    }

    public void OnCancelled() => replyTo.Reply(ReplyKind.Cancelled, 0, static (ref _, _) => { });

    /// <summary>It was not executed here, and will not be.</summary>
    public void Reject(Rejection rejection) => replyTo.Reply(ReplyKind.Rejected, rejection, WriteRejection);
}

/// <summary>Why a silo surely did not execute a call.</summary>
/// <param name="Reason">For the caller's silo.</param>
/// <param name="Text">For people.</param>
/// <param name="Holder">Who has the grain, if that is known and the reason is <see cref="RejectionReason.NotHere"/>.</param>
internal sealed record Rejection(RejectionReason Reason, string Text, SiloAddress? Holder = null)
{
    public void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)Reason);
        writer.WriteString(Text);
        if (Holder is not null)
            Codecs.Of<SiloAddress?>().Write(ref writer, Holder);
    }

    public static Rejection Read(ref WireReader reader) => new(
        (RejectionReason)reader.ReadByte(),
        reader.ReadString() ?? "",
        reader.Remaining == 0 ? null : Codecs.Of<SiloAddress?>().Read(ref reader));
}
