using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace StyleShare;

/// <summary>Where people reach this service, section <c>StyleShare</c>.</summary>
public sealed class LinkOptions
{
    /// <summary>
    /// The base of absolute links, such as <c>https://api.example.com</c>. Without it they lead to the first address that this
    /// process itself serves, which is right on a developer's machine; where mails are really sent, it must be said.
    /// </summary>
    public Uri? PublicUrl { get; set; }
}

/// <summary>Makes links that work outside of the service, in mails and pushes.</summary>
/// <param name="configuration">Its <c>urls</c> say where a server here will listen.</param>
/// <param name="server">The server itself, which knows better once it listens; null in a host that serves nothing.</param>
public sealed class Links(IOptions<LinkOptions> options, IConfiguration? configuration = null, IServer? server = null)
{
    private const string Usual = "http://localhost:8080";

    private readonly string? _said = options.Value.PublicUrl?.GetLeftPart(UriPartial.Path).TrimEnd('/');
    private string? _served;

    /// <summary>The link to a path, which begins with a slash.</summary>
    public Uri To(string path) => new(Base + path);

    /// <summary>What all links begin with, without a slash at the end.</summary>
    internal string Base => _said ?? Served();

    private string Served()
    {
        if (_served is not null)
            return _served;
        // Jobs may run before the server listens, and only then does it know what became of port 0.
        if (server?.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses)
            return _served = First(addresses);
        return configuration?["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } planned
            ? First(planned)
            : Usual;
    }

    private static string First(ICollection<string> addresses)
    {
        var address = BindingAddress.Parse(
            addresses.FirstOrDefault(address => address.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) ?? addresses.First());
        // Addresses that stand for all of the machine's are none that a browser knows.
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{host}:{address.Port}");
    }
}

/// <summary>Registers links.</summary>
internal static class LinkServices
{
    /// <summary>Adds <see cref="Links"/>; may be called by each feature that makes some.</summary>
    public static IServiceCollection AddLinks(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(Links)))
            return services;
        services.AddOptions<LinkOptions>().Bind(configuration.GetSection("StyleShare"))
            .Validate(
                options => options.PublicUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" },
                "StyleShare:PublicUrl must be an absolute address, such as https://api.example.com.")
            .ValidateOnStart();
        services.TryAddSingleton<Links>();
        return services;
    }
}
