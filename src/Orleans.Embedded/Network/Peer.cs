using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Another silo as this one calls it: one connection at a time, and the pauses between attempts to make it.</summary>
internal sealed class Peer(SiloNetwork network, SiloAddress silo)
{
    private readonly Lock _lock = new();
    private volatile OutgoingConnection? _connection;
    private volatile Exception? _dropped;
    private long _sequence;
    private int _failures;

    public SiloAddress Silo => silo;

    public int PendingCalls => _connection?.PendingCalls ?? 0;

    public OutgoingConnection? Current => _connection;

    /// <summary>Why there is no connection any more.</summary>
    public Exception? Dropped => _dropped;

    /// <summary>Sends a call on the connection, which is made if there is none.</summary>
    public long Send(FrameKind kind, byte code, IOutgoingCall call)
    {
        while (true)
        {
            Exception? refused = null;
            var connection = _connection ?? Connect(out refused);
            if (connection is null)
            {
                network.TellLost(call, surelyNotExecuted: true, refused!);
                return 0;
            }

            if (connection.TrySend(kind, code, call, out var id))
                return id;
            Retire(connection);
        }
    }

    /// <summary>Ends its connection; with a reason there is none any more.</summary>
    public void Close(Exception why, bool forGood)
    {
        OutgoingConnection? connection;
        lock (_lock)
        {
            if (forGood)
                _dropped ??= why;
            connection = _connection;
        }

        connection?.Close(why);
    }

    /// <summary>A connection takes no more calls; the next one is dialed after a pause, unless it has been of use.</summary>
    public void OnEnded(OutgoingConnection connection, Exception why, int lost)
    {
        Retire(connection);
        lock (_lock)
            _failures = connection.WasOpenFor >= network.Options.MaxBackoff ? 0 : _failures + 1;
        network.OnOutgoingEnded(silo, connection, why, lost);
    }

    private void Retire(OutgoingConnection connection)
    {
        lock (_lock)
        {
            if (_connection != connection)
                return;
            _sequence = connection.Sequence;
            _connection = null;
        }
    }

    private OutgoingConnection? Connect(out Exception? refused)
    {
        OutgoingConnection connection;
        TimeSpan delay;
        lock (_lock)
        {
            refused = network.Objection(silo);
            if (refused is not null)
                return null;
            if (_connection is { } other)
                return other;
            connection = new OutgoingConnection(network, this, _sequence);
            _connection = connection;
            delay = Backoff();
        }

        network.Run(() => connection.RunAsync(delay));
        return connection;
    }

    private TimeSpan Backoff()
    {
        if (_failures == 0)
            return TimeSpan.Zero;
        var options = network.Options;
        var wait = options.MinBackoff * Math.Pow(2, Math.Min(_failures - 1, 20));
        return wait < options.MaxBackoff ? wait : options.MaxBackoff;
    }
}
