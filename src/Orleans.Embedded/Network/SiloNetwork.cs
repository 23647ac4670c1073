using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The connections of one silo with the others of its cluster.</summary>
internal sealed class SiloNetwork : ISiloNetwork
{
    /// <summary>How often a stop looks whether the last answers are here; 10 ms: nobody notices.</summary>
    internal static readonly TimeSpan IdleCheck = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<SiloAddress, Peer> _peers = [];
    private readonly ConcurrentDictionary<SiloAddress, IncomingConnection> _incoming = [];
    private readonly ConcurrentDictionary<Task, bool> _running = [];
    private readonly Func<SiloAddress, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>>?[] _answers = new Func<SiloAddress, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>>?[256];
    private readonly CancellationTokenSource _stop = new();
    private readonly SiloListener _listener;
    private volatile SiloUnavailableException? _closed;

    public SiloNetwork(
        Silo? silo, ClusterOptions cluster, EndpointOptions endpoint, SiloMessagingOptions messaging, NetworkOptions options, ILoggerFactory logging, TimeProvider time)
    {
        options.Validate();
        var listenAt = new IPEndPoint(endpoint.AdvertisedIPAddress ?? IPAddress.Loopback, endpoint.SiloPort);
        if (options.Secret is null && !IPAddress.IsLoopback(listenAt.Address))
            throw new OrleansConfigurationException($"A silo that listens on {listenAt.Address}, beyond this machine, needs the cluster's secret (Orleans:ClusterSecret).");

        Silo = silo;
        Options = options;
        Time = time;
        MaxFrame = messaging.MaxMessageBodySize + FrameHeader.AfterLength;
        MaxQueued = (int)Math.Min(int.MaxValue / 4, Math.Max(options.MaxQueuedBytes, 2L * MaxFrame));
        Log = new NetworkLog(logging.CreateLogger<SiloNetwork>());
        Metrics = new NetworkMetrics(() => PendingCalls);
        Transports = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, logging.CreateLogger<SiloNetwork>());
        var socket = SiloListener.Bind(listenAt);
        Address = SiloAddress.New((IPEndPoint)socket.LocalEndPoint!, SiloAddress.AllocateNewGeneration());
        Hello = new Hello(cluster.ClusterId, Address, options.Secret, silo => Objection(silo)?.Message);
        _listener = new SiloListener(this, socket);
    }

    /// <summary>The network of a silo by its options; the secret is <c>Orleans:ClusterSecret</c> of the configuration.</summary>
    public static SiloNetwork Create(Silo silo, IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<NetworkOptions>>().Value;
        options.Secret ??= services.GetService<IConfiguration>()?["Orleans:ClusterSecret"];
        return new SiloNetwork(
            silo,
            services.GetRequiredService<IOptions<ClusterOptions>>().Value,
            services.GetRequiredService<IOptions<EndpointOptions>>().Value,
            silo.Messaging,
            options,
            services.GetRequiredService<ILoggerFactory>(),
            silo.TimeProvider);
    }

    public event Action<SiloAddress, Exception>? Unreachable;

    public SiloAddress Address { get; }

    public Func<SiloAddress, bool>? IsKnownDead { get; set; }

    public int PendingCalls => _peers.Sum(static peer => peer.Value.PendingCalls);

    public Silo? Silo { get; }

    public NetworkOptions Options { get; }

    public TimeProvider Time { get; }

    public NetworkLog Log { get; }

    public NetworkMetrics Metrics { get; }

    public SocketConnectionContextFactory Transports { get; }

    public Hello Hello { get; }

    public IIncomingCalls Calls { get; private set; } = null!;

    public int MaxFrame { get; }

    public int MaxQueued { get; }

    public long Call(SiloAddress silo, IOutgoingCall call) => Send(silo, FrameKind.Call, 0, call);

    public void Post(SiloAddress silo, IOutgoingCall call) => Send(silo, FrameKind.Post, 0, call);

    public void Cancel(SiloAddress silo, long callId)
    {
        if (callId != 0 && _peers.TryGetValue(silo, out var peer))
            peer.Current?.Cancel(callId);
    }

    public Task<ReadOnlyMemory<byte>> Ask(
        SiloAddress silo, AskKind kind, ReadOnlyMemory<byte> body, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var call = new AskCall(silo, kind, body);
        Send(silo, FrameKind.Ask, (byte)kind, call);
        return call.WaitAsync(limit, Time, cancellationToken);
    }

    public void OnAsk(AskKind kind, Func<SiloAddress, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> answer) => _answers[(byte)kind] = answer;

    public void Start(IIncomingCalls calls)
    {
        Calls = calls;
        _listener.Listen();
        Run(_listener.AcceptAsync);
        Run(SweepAsync);
        Log.Listening(Address);
    }

    public async Task StopAsync(CancellationToken limit)
    {
        var why = _closed ??= new SiloUnavailableException($"The silo {Address} is stopping.");
        _listener.Dispose();
        try
        {
            await Task.WhenAll([
                .. _incoming.Values.Select(connection => connection.DrainAsync(limit)),
                .. _peers.Values.Select(peer => peer.Current?.WhenIdle(limit) ?? Task.CompletedTask)]);
        }
        catch (OperationCanceledException)
        {
            // What is left then is cut off.
        }

        Log.Closed(Address, _incoming.Values.Sum(static connection => connection.Unanswered));
        await CloseAsync(why);
    }

    public void Drop(SiloAddress silo, Exception why)
    {
        var reason = why as SiloUnavailableException ?? new SiloUnavailableException($"Silo {silo} is dead: {why.Message}", why);
        PeerOf(silo).Close(reason, forGood: true);
        if (_incoming.TryGetValue(silo, out var connection))
            connection.Close(reason);
        Log.Dropped(silo, why.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_closed ??= new SiloUnavailableException($"The silo {Address} has been closed."));
        Metrics.Dispose();
        Transports.Dispose();
        _stop.Dispose();
    }

    /// <summary>Why there shall be no connection with a silo; null for none.</summary>
    public Exception? Objection(SiloAddress silo)
    {
        if (_closed is { } closed)
            return closed;
        if (_peers.TryGetValue(silo, out var peer) && peer.Dropped is { } dropped)
            return dropped;
        return IsKnownDead?.Invoke(silo) == true ? new SiloUnavailableException($"Silo {silo} is known to be dead.") : null;
    }

    /// <summary>Lets a silo that has said hello call.</summary>
    public async Task ServeAsync(ConnectionContext transport, SiloAddress remote)
    {
        var connection = new IncomingConnection(this, transport, remote);
        Log.Accepted(remote);
        // A silo has one connection to another: it would not dial anew if the last one were of use to it.
        _incoming.AddOrUpdate(remote, connection, (_, old) =>
        {
            old.Close(new SiloUnavailableException("It has connected anew."));
            return connection;
        });
        if (Objection(remote) is { } objection)
            connection.Close(objection);
        await connection.RunAsync();
        _incoming.TryRemove(KeyValuePair.Create(remote, connection));
    }

    public ValueTask<ReadOnlyMemory<byte>> Answer(AskKind kind, SiloAddress from, ReadOnlyMemory<byte> question) =>
        _answers[(byte)kind] is { } answer
            ? answer(from, question)
            : throw new NotSupportedException($"Nobody answers questions of kind {kind} here.");

    public void OnOutgoingEnded(SiloAddress silo, OutgoingConnection connection, Exception why, int lost)
    {
        Metrics.OnLost(lost);
        if (connection.WasClosed)
            return;
        if (connection.WasOpenFor > TimeSpan.Zero)
            Log.ConnectionLost(silo, lost, why.Message);
        else
            Log.ConnectFailed(silo, why.Message);
        try
        {
            Unreachable?.Invoke(silo, why);
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(silo, exception);
        }
    }

    public void TellLost(IOutgoingCall call, bool surelyNotExecuted, Exception why)
    {
        try
        {
            call.OnLost(surelyNotExecuted, why);
        }
        catch (Exception exception)
        {
            Log.TellLostFailed(exception);
        }
    }

    /// <summary>Runs something on the thread pool; a stop waits for it.</summary>
    public void Run(Func<Task> work)
    {
        var task = Task.Run(work);
        _running[task] = true;
        _ = task.ContinueWith(static (task, running) => ((ConcurrentDictionary<Task, bool>)running!).TryRemove(task, out _), _running,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Ends a connection; politely, what was written last is sent before.</summary>
    public async Task CloseTransport(ConnectionContext transport, bool politely)
    {
        try
        {
            if (!politely)
                transport.Abort();
            var closed = transport.DisposeAsync().AsTask();
            await Task.WhenAny(closed, Task.Delay(Options.HelloTimeout, Time, _stop.Token));
            transport.Abort();
            await closed;
        }
        catch (Exception exception)
        {
            Log.CloseFailed(exception);
        }
        finally
        {
            Metrics.OnClosed();
        }
    }

    private long Send(SiloAddress silo, FrameKind kind, byte code, IOutgoingCall call) => PeerOf(silo).Send(kind, code, call);

    private Peer PeerOf(SiloAddress silo) =>
        _peers.TryGetValue(silo, out var peer) ? peer : _peers.GetOrAdd(silo, static (silo, network) => new Peer(network, silo), this);

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(Options.SweepPeriod, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var peer in _peers.Values)
                    peer.Current?.Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // As told.
        }
    }

    private async Task CloseAsync(SiloUnavailableException why)
    {
        _listener.Dispose();
        await _stop.CancelAsync();
        foreach (var peer in _peers.Values)
            peer.Close(why, forGood: true);
        foreach (var connection in _incoming.Values)
            connection.Close(why);
        while (!_running.IsEmpty)
            await Task.WhenAll(_running.Keys);
    }
}
