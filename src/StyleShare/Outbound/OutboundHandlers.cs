using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace StyleShare.Outbound;

/// <summary>Makes what connects to services of others: no redirects, no cookies, connections that are renewed now and then.</summary>
internal sealed class OutboundHandlers
{
    private readonly OutboundOptions _options;
    private readonly X509Certificate2Collection? _roots;

    public OutboundHandlers(IOptions<OutboundOptions> options)
    {
        _options = options.Value;
        if (_options.TrustedRoots is not { Length: > 0 } file)
            return;
        _roots = [];
        try
        {
            _roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"{OutboundOptions.Section}:TrustedRoots: {e.Message}", e);
        }
    }

    /// <summary>Which certificates are trusted; null for those that the machine trusts.</summary>
    public X509ChainPolicy? Trust()
    {
        if (_roots is null)
            return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(_roots);
        return policy;
    }

    /// <summary>A handler for a service whose address comes from the settings.</summary>
    public SocketsHttpHandler ForService(ServiceLimits limits) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = limits.ConnectTimeout,
        // Addresses of services change; connections that are asked for all the time would never learn of it.
        PooledConnectionLifetime = TimeSpan.FromHours(1),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
        EnableMultipleHttp2Connections = true,
        // A connection that died unnoticed is found before a person waits for it.
        KeepAlivePingDelay = TimeSpan.FromMinutes(1),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        MaxResponseHeadersLength = 32,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust() },
    };

    /// <summary>A handler for addresses that clients name: it connects to the internet and to nothing else.</summary>
    /// <remarks>
    /// Judged is the address that is connected to, after the name was resolved: a name that leads elsewhere the second time
    /// gains nothing. A proxy would connect in its own place, so none is used.
    /// </remarks>
    public SocketsHttpHandler ForClientsAddresses(ServiceLimits limits)
    {
        var handler = ForService(limits);
        handler.UseProxy = false;
        handler.MaxConnectionsPerServer = limits.Concurrency;
        if (!_options.AllowPrivateAddresses)
            handler.ConnectCallback = ConnectToPublic;
        return handler;
    }

    private static async ValueTask<Stream> ConnectToPublic(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var allowed = Array.FindAll(addresses, PublicAddresses.Contains);
        if (allowed.Length == 0)
            throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>An address that a client gave leads to no place on the internet.</summary>
public sealed class AddressRefusedException() : Exception("The address is not one on the internet.");
