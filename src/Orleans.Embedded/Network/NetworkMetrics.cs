using System.Diagnostics.Metrics;

namespace Orleans.Embedded;

/// <summary>The meters of connections, under Orleans' names where it has them.</summary>
internal sealed class NetworkMetrics : IDisposable
{
    private readonly Meter _meter = new("Microsoft.Orleans");
    private readonly Counter<int> _opened;
    private readonly Counter<int> _closed;
    private readonly Counter<int> _refused;
    private readonly Counter<int> _lost;
    private long _sentBytes;
    private long _sentFrames;
    private long _receivedBytes;
    private long _receivedFrames;

    public NetworkMetrics(Func<int> pendingCalls)
    {
        _opened = _meter.CreateCounter<int>("orleans-networking-sockets-opened");
        _closed = _meter.CreateCounter<int>("orleans-networking-sockets-closed");
        _refused = _meter.CreateCounter<int>("orleans-networking-sockets-refused");
        _lost = _meter.CreateCounter<int>("orleans-messaging-sent-failed");
        _meter.CreateObservableCounter("orleans-messaging-sent-bytes", () => Volatile.Read(ref _sentBytes), "By");
        _meter.CreateObservableCounter("orleans-messaging-sent-messages", () => Volatile.Read(ref _sentFrames));
        _meter.CreateObservableCounter("orleans-messaging-received-bytes", () => Volatile.Read(ref _receivedBytes), "By");
        _meter.CreateObservableCounter("orleans-messaging-received-messages", () => Volatile.Read(ref _receivedFrames));
        _meter.CreateObservableGauge("orleans-messaging-pending-calls", pendingCalls);
    }

    public void OnOpened() => _opened.Add(1);

    public void OnClosed() => _closed.Add(1);

    public void OnRefused() => _refused.Add(1);

    public void OnLost(int calls)
    {
        if (calls != 0)
            _lost.Add(calls);
    }

    public void OnSent(int frames, long bytes)
    {
        Interlocked.Add(ref _sentFrames, frames);
        Interlocked.Add(ref _sentBytes, bytes);
    }

    public void OnReceived(int frames, long bytes)
    {
        if (frames == 0)
            return;
        Interlocked.Add(ref _receivedFrames, frames);
        Interlocked.Add(ref _receivedBytes, bytes);
    }

    public void Dispose() => _meter.Dispose();
}
