using System.Net;

namespace StyleShare.Silo;

/// <summary>How a silo comes to its port; what differs between the engines is in this folder.</summary>
internal static class SiloPorts
{
    /// <summary>The port that was set. 0 is for the engine: it takes a free one when it listens.</summary>
    public static int Choose(IPAddress address, int port) => port;
}
