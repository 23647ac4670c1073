using System.Net;
using System.Net.Sockets;

namespace StyleShare.Outbound;

/// <summary>
/// Which addresses lead to the internet: all but those that the IANA special-purpose registries (RFC 6890) say are not
/// globally reachable.
/// </summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] Special =
    [
        // IPv4
        IPNetwork.Parse("0.0.0.0/8"), // this network
        IPNetwork.Parse("10.0.0.0/8"), // private (RFC 1918)
        IPNetwork.Parse("100.64.0.0/10"), // shared by a carrier's customers (RFC 6598)
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("169.254.0.0/16"), // link-local, where clouds keep their metadata
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation (RFC 5737), as the two below
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays (RFC 7526)
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks (RFC 2544)
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/3"), // multicast, reserved, broadcast

        // IPv6, within 2000::/3; what is outside of that is special as a whole
        IPNetwork.Parse("2001::/23"), // protocol assignments, Teredo among them
        IPNetwork.Parse("2001:db8::/32"), // documentation, as the one below (RFC 9637)
        IPNetwork.Parse("3fff::/20"),
        IPNetwork.Parse("2002::/16"), // 6to4: an IPv4 address in disguise
    ];

    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    /// <summary>Whether the address leads to the internet.</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Global6.Contains(address))
            return false;
        foreach (var network in Special)
        {
            if (network.Contains(address))
                return false;
        }

        return true;
    }
}
