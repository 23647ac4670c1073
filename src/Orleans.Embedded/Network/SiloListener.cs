using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Where other silos connect. The port is bound from the beginning, so that it can be told, and refuses connections until it
/// listens. Those that have not said hello are few and short.
/// </summary>
internal sealed class SiloListener(SiloNetwork network, Socket socket) : IDisposable
{
    // What the system keeps for us while this process has no time for it.
    private const int Backlog = 512;

    private readonly Lock _lock = new();
    private readonly LinkedList<ConnectionContext> _strangers = [];
    private bool _isClosed;

    public static Socket Bind(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new OrleansConfigurationException($"The silo cannot listen on {endPoint}: {exception.Message}", exception);
        }
    }

    public void Listen() => socket.Listen(Backlog);

    public async Task AcceptAsync()
    {
        while (!Volatile.Read(ref _isClosed))
        {
            try
            {
                Welcome(await socket.AcceptAsync());
            }
            catch (Exception exception) when (!Volatile.Read(ref _isClosed))
            {
                network.Log.AcceptFailed(exception);
                await Task.Delay(network.Options.MinBackoff, network.Time);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    /// <summary>Listens no more; those that have not said hello are closed.</summary>
    public void Dispose()
    {
        List<ConnectionContext> left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _strangers];
        }

        socket.Dispose();
        left.ForEach(static stranger => stranger.Abort());
    }

    private void Welcome(Socket accepted)
    {
        accepted.NoDelay = true;
        var transport = network.Transports.Create(accepted);
        network.Metrics.OnOpened();
        var stranger = Enter(transport);
        network.Run(async () =>
        {
            try
            {
                if (await HearHello(transport, stranger) is { } remote)
                    await network.ServeAsync(transport, remote);
            }
            finally
            {
                await network.CloseTransport(transport, politely: true);
            }
        });
    }

    private async Task<SiloAddress?> HearHello(ConnectionContext transport, LinkedListNode<ConnectionContext> stranger)
    {
        try
        {
            using var limit = new CancellationTokenSource(network.Options.HelloTimeout, network.Time);
            return (await network.Hello.Accept(transport.Transport, limit.Token)).Remote;
        }
        catch (Exception exception)
        {
            network.Metrics.OnRefused();
            network.Log.Refused(transport.RemoteEndPoint, exception is OperationCanceledException
                ? $"It did not say hello within {network.Options.HelloTimeout}."
                : exception.Message);
            return null;
        }
        finally
        {
            Leave(stranger);
        }
    }

    // The oldest makes room: a silo says hello within milliseconds, and one who only sits there keeps nobody out.
    private LinkedListNode<ConnectionContext> Enter(ConnectionContext transport)
    {
        ConnectionContext? unwanted = null;
        LinkedListNode<ConnectionContext> stranger;
        lock (_lock)
        {
            stranger = _strangers.AddLast(transport);
            if (_isClosed)
            {
                unwanted = transport;
            }
            else if (_strangers.Count > network.Options.MaxStrangers)
            {
                unwanted = _strangers.First!.Value;
                _strangers.RemoveFirst();
            }
        }

        unwanted?.Abort();
        return stranger;
    }

    private void Leave(LinkedListNode<ConnectionContext> stranger)
    {
        lock (_lock)
        {
            if (stranger.List is not null)
                _strangers.Remove(stranger);
        }
    }
}
