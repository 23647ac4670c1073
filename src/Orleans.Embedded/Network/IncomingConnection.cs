using Microsoft.AspNetCore.Connections;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>A connection that another silo has dialed: its calls come in, and their answers go out.</summary>
internal sealed class IncomingConnection : IFrameHandler
{
    private readonly SiloNetwork _network;
    private readonly ConnectionContext _transport;
    private readonly FrameSender _sender;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _why;
    private int _unanswered;
    private bool _isDraining;

    public IncomingConnection(SiloNetwork network, ConnectionContext transport, SiloAddress remote)
    {
        _network = network;
        _transport = transport;
        Remote = remote;
        _sender = new FrameSender(network.MaxFrame, network.MaxQueued, network.Metrics);
        _sender.Attach(transport.Transport.Output, Close);
    }

    public SiloAddress Remote { get; }

    /// <summary>Calls that were taken and have no answer yet.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Takes calls until the connection ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            await FrameReader.ReadAsync(_transport.Transport.Input, _network.MaxFrame, this, _network.Metrics);
            Close(new SiloUnavailableException("It closed the connection."));
        }
        catch (Exception exception)
        {
            Close(exception);
        }

        _network.Log.IncomingEnded(Remote, _why!.Message);
        _ended.TrySetResult();
    }

    /// <summary>Sends an answer; see <see cref="ReplyTo.Reply"/>.</summary>
    public void Reply<TState>(long id, ReplyKind kind, TState state, ReplyWriter<TState> write)
    {
        var isFlooded = false;
        lock (_sender.Lock)
        {
            if (!_sender.IsClosed && !(isFlooded = _sender.IsFull))
                _sender.Write(new FrameHeader(FrameKind.Reply, (byte)kind, id), state, write);
        }

        // An answer is not thrown away alone: its caller would wait for it.
        if (isFlooded)
            Close(new LimitExceededException($"{_sender.Queued} bytes of answers wait for silo {Remote}, which does not take them."));
        OnAnswered();
    }

    /// <summary>Takes no more calls, waits until the others are answered and the answers sent, and says so.</summary>
    public async Task DrainAsync(CancellationToken limit)
    {
        Volatile.Write(ref _isDraining, true);
        Interlocked.MemoryBarrier();
        if (Unanswered == 0)
            _answered.TrySetResult();
        await Task.WhenAny(_answered.Task, _ended.Task).WaitAsync(limit);
        _sender.TryWrite(new FrameHeader(FrameKind.Bye, 0, 0));
        await _sender.WhenQueuedAtMost(0).AsTask().WaitAsync(limit);
        // The caller closes it on that. If this side did, what it has not read would make the system take back what it has sent.
        await _ended.Task.WaitAsync(limit);
    }

    /// <summary>Ends it at once.</summary>
    public void Close(Exception why)
    {
        if (Interlocked.CompareExchange(ref _why, why, null) is not null)
            return;
        _sender.Dispose();
        _transport.Abort();
    }

    bool IFrameHandler.OnFrame(FrameHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Kind)
        {
            case FrameKind.Call:
            case FrameKind.Ask:
                Interlocked.Increment(ref _unanswered);
                Take(header, body);
                break;
            case FrameKind.Post:
                if (!Volatile.Read(ref _isDraining))
                    HandOn(new ReplyTo(this, 0, wantsReply: false), body);
                break;
            case FrameKind.Cancel:
                Try(() => _network.Calls.OnCancel(Remote, header.Id));
                break;
            default:
                throw new ProtocolException($"It calls with a frame of kind {header.Kind}.");
        }

        return _sender.Queued <= _network.Options.PauseReadingAt;
    }

    ValueTask IFrameHandler.WhenReady() => _sender.WhenQueuedAtMost(_network.Options.PauseReadingAt / 2);

    private void Take(FrameHeader header, ReadOnlySpan<byte> body)
    {
        // Counted before this is looked at: either the stop sees the call, or the call the stop.
        if (Volatile.Read(ref _isDraining))
            Reject(header.Id, RejectionReason.Stopping, $"Silo {_network.Address} is stopping.");
        else if (header.Kind == FrameKind.Call)
            HandOn(new ReplyTo(this, header.Id, wantsReply: true), body);
        else
            _ = AnswerAsync(header.Id, (AskKind)header.Code, body.ToArray());
    }

    private void HandOn(ReplyTo replyTo, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new WireReader(body, _network.Silo);
            _network.Calls.OnCall(replyTo, ref reader);
        }
        catch (Exception exception)
        {
            _network.Log.HandlerFailed(Remote, exception);
            if (replyTo.WantsReply)
                Reject(replyTo.CallId, RejectionReason.Unreadable, exception.Message);
        }
    }

    private async Task AnswerAsync(long id, AskKind kind, byte[] question)
    {
        try
        {
            var answer = await _network.Answer(kind, Remote, question);
            Reply(id, ReplyKind.Result, answer, static (ref writer, answer) => writer.WriteRaw(answer.Span));
        }
        catch (Exception exception)
        {
            _network.Log.AskFailed(kind, Remote, exception);
            Reply(id, ReplyKind.Failure, exception.Message, static (ref writer, text) => writer.WriteString(text));
        }
    }

    private void Reject(long id, RejectionReason reason, string text) =>
        Reply(id, ReplyKind.Rejected, (reason, text), static (ref writer, rejection) =>
        {
            writer.WriteByte((byte)rejection.reason);
            writer.WriteString(rejection.text);
        });

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _network.Log.HandlerFailed(Remote, exception);
        }
    }

    private void OnAnswered()
    {
        if (Interlocked.Decrement(ref _unanswered) == 0 && Volatile.Read(ref _isDraining))
            _answered.TrySetResult();
    }
}
