using System.IO.Pipelines;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Sends the frames of a connection. Whoever sends writes into one buffer, under a lock; a worker hands the buffer over and
/// takes the other one meanwhile, so that frames travel in batches that grow with the load, and none waits for company.
/// </summary>
internal sealed class FrameSender(int maxFrame, int maxQueued, NetworkMetrics metrics) : IThreadPoolWorkItem, IDisposable
{
    // What is handed to the socket at once: beyond it, what was surely not sent is known when the connection breaks.
    private const int Piece = 64 * 1024;

    private readonly Lock _lock = new();
    // A queue that is not full takes one more frame, whatever its size.
    private WireBuffer _filling = new((int)Math.Min(int.MaxValue, (long)maxQueued + maxFrame + FrameHeader.LengthSize));
    private WireBuffer _sending = new((int)Math.Min(int.MaxValue, (long)maxQueued + maxFrame + FrameHeader.LengthSize));
    private List<(int Bytes, TaskCompletionSource Reached)> _waiters = [];
    private PipeWriter? _output;
    private Action<Exception>? _onFailed;
    private long _taken;
    private long _handedOver;
    private int _frames;
    private bool _isSending;
    private bool _isClosed;

    /// <summary>Held while frames are written; what belongs to them in other tables is done under it too.</summary>
    public Lock Lock => _lock;

    /// <summary>Whether more calls are refused. Under the lock.</summary>
    public bool IsFull => _filling.Length >= maxQueued;

    /// <summary>Under the lock.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>How many bytes were sent before the next frame. Under the lock.</summary>
    public long Position => _taken + _filling.Length;

    /// <summary>Where what was not handed to the socket begins, once it is closed.</summary>
    public long HandedOver => _handedOver;

    /// <summary>Bytes that wait; a glance without the lock.</summary>
    public int Queued => _filling.Length;

    /// <summary>Begins to send; what was written before is sent first.</summary>
    public void Attach(PipeWriter output, Action<Exception> onFailed)
    {
        lock (_lock)
        {
            _output = output;
            _onFailed = onFailed;
            Wake();
        }
    }

    /// <summary>Writes one frame. Under the lock, and not closed. If the writer throws, there is no frame.</summary>
    public void Write<TState>(FrameHeader header, TState state, ReplyWriter<TState> write)
    {
        var start = _filling.Length;
        try
        {
            header.Write(_filling);
            var writer = new WireWriter(_filling);
            write(ref writer, state);
            var length = _filling.Length - start - FrameHeader.LengthSize;
            if (length > maxFrame)
                throw new WireLimitException(length, maxFrame);
            FrameHeader.WriteLength(_filling, start);
        }
        catch
        {
            _filling.Truncate(start);
            throw;
        }

        _frames++;
        Wake();
    }

    /// <summary>Writes one frame without a body; false if it is closed.</summary>
    public bool TryWrite(FrameHeader header)
    {
        lock (_lock)
        {
            if (_isClosed)
                return false;
            Write(header, 0, static (ref _, _) => { });
            return true;
        }
    }

    /// <summary>Waits until at most so many bytes wait, or it is closed.</summary>
    public ValueTask WhenQueuedAtMost(int bytes)
    {
        if (Queued <= bytes && bytes > 0)
            return default;
        lock (_lock)
        {
            if (_isClosed || (_filling.Length <= bytes && (bytes > 0 || !_isSending)))
                return default;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((bytes, reached));
            return new ValueTask(reached.Task);
        }
    }

    /// <summary>Nothing more is written or sent.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _filling.Dispose();
            if (!_isSending)
                _sending.Dispose();
            Release(all: true);
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private void Wake()
    {
        if (_isSending || _output is null || _filling.Length == 0)
            return;
        _isSending = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private async Task SendAsync()
    {
        try
        {
            while (Take())
            {
                for (var sent = 0; HandOver(sent) is { Length: > 0 } piece; sent += piece.Length)
                {
                    if ((await _output!.WriteAsync(piece)).IsCompleted)
                        throw new OrleansException("The connection takes no more.");
                }
            }
        }
        catch (Exception exception)
        {
            StopSending();
            _onFailed!(exception);
        }
    }

    private bool Take()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                _sending.Dispose();
                return false;
            }

            _sending.Clear();
            if (_filling.Length == 0)
            {
                _isSending = false;
                Release(all: false);
                return false;
            }

            Release(all: false);
            (_filling, _sending) = (_sending, _filling);
            _taken += _sending.Length;
            metrics.OnSent(_frames, _sending.Length);
            _frames = 0;
            return true;
        }
    }

    // The next piece of the batch; none if it is closed, so that nothing leaves of which somebody was told that it did not.
    private ReadOnlyMemory<byte> HandOver(int sent)
    {
        lock (_lock)
        {
            if (_isClosed)
                return default;
            var count = Math.Min(Piece, _sending.Length - sent);
            _handedOver += count;
            return _sending.WrittenMemory.Slice(sent, count);
        }
    }

    // It is not woken again: the connection is about to end.
    private void StopSending()
    {
        lock (_lock)
        {
            _output = null;
            _isSending = false;
            if (_isClosed)
                _sending.Dispose();
        }
    }

    private void Release(bool all)
    {
        if (_waiters.Count == 0)
            return;
        var waiting = _waiters;
        _waiters = [];
        foreach (var waiter in waiting)
        {
            if (all || (_filling.Length <= waiter.Bytes && (waiter.Bytes > 0 || !_isSending)))
                waiter.Reached.TrySetResult();
            else
                _waiters.Add(waiter);
        }
    }
}
