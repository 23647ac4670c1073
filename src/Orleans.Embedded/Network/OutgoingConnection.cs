using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// The connection that carries this silo's calls to another. Calls are taken from the beginning: they wait in its buffer until
/// the other side has said hello, or are lost with the attempt.
/// </summary>
internal sealed class OutgoingConnection : IFrameHandler
{
    private readonly SiloNetwork _network;
    private readonly Peer _peer;
    private readonly FrameSender _sender;
    private readonly CallTable _calls;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _why;
    private long _openedAt;
    private bool _heardBye;

    public OutgoingConnection(SiloNetwork network, Peer peer, long sequence)
    {
        _network = network;
        _peer = peer;
        _sender = new FrameSender(network.MaxFrame, network.MaxQueued, network.Metrics);
        _calls = new CallTable(sequence);
    }

    public int PendingCalls => _calls.Count;

    public long Sequence => _calls.Sequence;

    /// <summary>Ends when nothing of it is left.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether one of the two silos wanted it to end.</summary>
    public bool WasClosed { get; private set; }

    /// <summary>How long it has been open.</summary>
    public TimeSpan WasOpenFor => IsOpen ? _network.Time.GetElapsedTime(_openedAt) : TimeSpan.Zero;

    private bool IsOpen => _openedAt != 0;

    /// <summary>Writes a call, or has it hear why not; false if the connection has ended and nothing was done.</summary>
    public bool TrySend(FrameKind kind, byte code, IOutgoingCall call, out long id)
    {
        id = 0;
        Exception? refused = null;
        lock (_sender.Lock)
        {
            if (_sender.IsClosed)
                return false;
            if (_sender.IsFull || _calls.Count >= _network.Options.MaxPendingCalls)
                refused = new LimitExceededException($"{_calls.Count} calls and {_sender.Queued} bytes wait for silo {_peer.Silo} already.");
            else
                refused = Write(kind, code, call, out id);
        }

        if (refused is not null)
            _network.TellLost(call, surelyNotExecuted: true, refused);
        return true;
    }

    public void Cancel(long id) => _sender.TryWrite(new FrameHeader(FrameKind.Cancel, 0, id));

    public void Sweep() => _calls.Sweep();

    /// <summary>Connects, and receives answers until the connection ends.</summary>
    public async Task RunAsync(TimeSpan delay)
    {
        ConnectionContext? transport = null;
        var reason = new SiloUnavailableException($"Silo {_peer.Silo} closed the connection.");
        try
        {
            if (delay > TimeSpan.Zero)
                await Task.Delay(delay, _network.Time, _closing.Token);
            transport = await Connect();
            await using var abort = _closing.Token.UnsafeRegister(static transport => ((ConnectionContext)transport!).Abort(), transport);
            await SayHello(transport);
            _network.Log.Connected(_peer.Silo);
            Volatile.Write(ref _openedAt, Math.Max(1, _network.Time.GetTimestamp()));
            _sender.Attach(transport.Transport.Output, Break);
            await FrameReader.ReadAsync(transport.Transport.Input, _network.MaxFrame, this, _network.Metrics);
        }
        catch (Exception exception)
        {
            reason = Explain(exception);
        }

        End(reason);
        if (transport is not null)
            await _network.CloseTransport(transport, politely: false);
        _closing.Dispose();
        _ended.TrySetResult();
    }

    /// <summary>Waits until all calls have been answered and all that was written was sent.</summary>
    public async Task WhenIdle(CancellationToken limit)
    {
        while (_calls.Count != 0 && !Ended.IsCompleted)
        {
            await Task.WhenAny(Ended, Task.Delay(SiloNetwork.IdleCheck, _network.Time, limit));
            limit.ThrowIfCancellationRequested();
        }

        if (IsOpen)
            await _sender.WhenQueuedAtMost(0).AsTask().WaitAsync(limit);
    }

    /// <summary>Ends it because this silo wants to.</summary>
    public void Close(Exception why)
    {
        WasClosed = true;
        Break(why);
    }

    bool IFrameHandler.OnFrame(FrameHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Kind == FrameKind.Bye)
        {
            _heardBye = true;
            Close(new SiloUnavailableException($"Silo {_peer.Silo} is stopping."));
            return true;
        }

        if (header.Kind != FrameKind.Reply || header.Code > (byte)ReplyKind.Rejected)
            throw new ProtocolException($"It answers with a frame of kind {header.Kind}, code {header.Code}.");
        if (_calls.Take(header.Id) is { } call)
            TellAnswer(call, (ReplyKind)header.Code, body);
        return true;
    }

    ValueTask IFrameHandler.WhenReady() => default;

    private void TellAnswer(IOutgoingCall call, ReplyKind kind, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new WireReader(body, _network.Silo);
            call.OnReply(kind, ref reader);
        }
        catch (Exception exception)
        {
            _network.Log.HandlerFailed(_peer.Silo, exception);
            _network.TellLost(call, surelyNotExecuted: false, exception);
        }
    }

    // In the lock.
    private Exception? Write(FrameKind kind, byte code, IOutgoingCall call, out long id)
    {
        id = kind == FrameKind.Post ? 0 : _calls.Add(call, _sender.Position);
        try
        {
            _sender.Write(new FrameHeader(kind, code, id), call, static (ref writer, call) => call.Write(ref writer));
            return null;
        }
        catch (Exception exception)
        {
            if (id != 0)
                _calls.Take(id);
            id = 0;
            return exception;
        }
    }

    private async Task<ConnectionContext> Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(_network.Options.ConnectTimeout, _network.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
            await socket.ConnectAsync(_peer.Silo.Endpoint, either.Token);
            _network.Metrics.OnOpened();
            return _network.Transports.Create(socket);
        }
        catch (OperationCanceledException exception) when (!_closing.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException($"Connecting took longer than {_network.Options.ConnectTimeout}.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task SayHello(ConnectionContext transport)
    {
        try
        {
            using var limit = new CancellationTokenSource(_network.Options.HelloTimeout, _network.Time);
            await _network.Hello.Dial(transport.Transport, _peer.Silo, limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"The hello took longer than {_network.Options.HelloTimeout}.", exception);
        }
    }

    private SiloUnavailableException Explain(Exception exception) => exception as SiloUnavailableException
        ?? new SiloUnavailableException($"Silo {_peer.Silo}: {exception.Message}", exception);

    // Has the reading end, and with it everything.
    private void Break(Exception why)
    {
        End(Explain(why));
        try
        {
            _closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself meanwhile.
        }
    }

    // Once: no call comes in after this, and those in it are lost.
    private void End(SiloUnavailableException why)
    {
        if (Interlocked.CompareExchange(ref _why, why, null) is not null)
            return;
        _sender.Dispose();
        var lost = _calls.TakeAll();
        _peer.OnEnded(this, why, lost.Count);
        foreach (var (call, position) in lost)
            _network.TellLost(call, _heardBye || !IsOpen || position >= _sender.HandedOver, why);
    }
}
