using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StyleShare.Silos;

/// <summary>Knows at which <c>host:port</c> others reach this silo's API.</summary>
internal sealed class HttpAddress(IServiceProvider services, IOptions<SiloRegistryOptions> options)
{
    private readonly SiloRegistryOptions _options = options.Value;

    /// <summary>It; null until the server listens, or where there is none.</summary>
    public string? Read() => _options.HttpAddress
        ?? Of(services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [], _options.Address, Environment.MachineName);

    /// <summary>The first address that is bound; one that stands for all gets a host that others can look up.</summary>
    /// <param name="bound">As the server names them: <c>http://127.0.0.1:8080</c>, <c>http://[::]:8080</c>, <c>http://+:80</c>.</param>
    /// <param name="advertised">The address that others have of this silo.</param>
    /// <param name="machine">The machine's name.</param>
    internal static string? Of(IEnumerable<string> bound, string? advertised, string machine)
    {
        foreach (var address in bound)
        {
            var rest = address.AsSpan(address.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0).TrimEnd('/');
            var colon = rest.LastIndexOf(':');

            // Sockets have no port; port 0 is not bound yet.
            if (colon <= 0 || rest.StartsWith("unix:", StringComparison.Ordinal) || !ushort.TryParse(rest[(colon + 1)..], out var port) || port == 0)
                continue;
            var host = rest[..colon].ToString();
            if (host is "+" or "*" or "[::]" or "0.0.0.0")
                host = advertised ?? machine;
            if (host.Contains(':', StringComparison.Ordinal) && host[0] != '[')
                host = $"[{host}]";
            return $"{host}:{port}";
        }

        return null;
    }
}
