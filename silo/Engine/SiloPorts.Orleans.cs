using System.Net;
using System.Net.Sockets;

namespace StyleShare.Silo;

/// <summary>How a silo comes to its port; what differs between the engines is in this folder.</summary>
internal static class SiloPorts
{
    /// <summary>
    /// The port that was set; for 0, one that is free now. The packages write the port that they are told into the membership
    /// table, so it must be known before. Should another process take it meanwhile, the start fails and is to be repeated.
    /// </summary>
    public static int Choose(IPAddress address, int port)
    {
        if (port != 0)
            return port;
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
