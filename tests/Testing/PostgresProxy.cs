using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace StyleShare.Testing;

/// <summary>Stands between storage and its server, and breaks the line where a test wants it.</summary>
public sealed class PostgresProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly Task _accepting;
    private volatile Fault _fault;
    private TaskCompletionSource _struck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts a proxy before a server that listens on a Unix socket.</summary>
    public PostgresProxy(string connectionString)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            // The server's own messages only: the proxy reads none of them.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        _accepting = AcceptAsync();
    }

    private enum Fault
    {
        None,
        LoseRequest,
        LoseAnswer,
    }

    /// <summary>Leads through the proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether new connections are closed at once, as by a server that is away.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The next request of a connection that is open is lost with its connection; the task ends when it was.</summary>
    public Task LoseNextRequest() => Arm(Fault.LoseRequest);

    /// <summary>Cuts all connections that are open; new ones can be made.</summary>
    public void CutAll()
    {
        foreach (var socket in _open.Keys)
            socket.Dispose();
    }

    /// <summary>The next answer is lost with its connection, so what was asked is done; the task ends when it was lost.</summary>
    public Task LoseNextAnswer() => Arm(Fault.LoseAnswer);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var socket in _open.Keys)
            socket.Dispose();
        await _accepting;
    }

    private Task Arm(Fault fault)
    {
        _struck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fault = fault;
        return _struck.Task;
    }

    private bool Strikes(Fault fault)
    {
        if (_fault != fault)
            return false;
        _fault = Fault.None;
        return true;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                if (IsClosed)
                    client.Dispose();
                else
                    _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _open.TryAdd(client, true);
        try
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint($"{_server.Host}/.s.PGSQL.{_server.Port}"));
            await Task.WhenAny(CopyAsync(client, server, Fault.LoseRequest), CopyAsync(server, client, Fault.LoseAnswer));
        }
        catch (SocketException)
        {
            // The server is away: so is the proxy.
        }
        finally
        {
            _open.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Fault fault)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReceiveAsync(buffer) is > 0 and var received)
            {
                if (Strikes(fault))
                {
                    _struck.TrySetResult();
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, received));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone, so is the connection.
        }
    }
}
