using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace StyleShare.Outbound;

/// <summary>Registers what connects to services of others.</summary>
internal static class OutboundServices
{
    /// <summary>Adds what all senders stand on; may be called by each.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(OutboundHandlers)))
            return services;
        services.AddOptions<OutboundOptions>().Bind(configuration.GetSection(OutboundOptions.Section))
            .Validate(
                options => options.TrustedRoots is not { Length: > 0 } file || File.Exists(file),
                $"{OutboundOptions.Section}:TrustedRoots names a file that is not there.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<OutboundHandlers>();
        // The clients tell of every request with its address, which for web push is a secret and for APNs has the device's token in it.
        services.AddLogging(logging => logging.AddFilter("System.Net.Http.HttpClient", LogLevel.None));
        return services;
    }

    /// <summary>Adds the HTTP client of one service.</summary>
    public static void AddServiceClient(
        this IServiceCollection services, string name, Func<IServiceProvider, OutboundHandlers, SocketsHttpHandler> handler) =>
        services.AddHttpClient(name)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan) // the pipeline's limit holds to the last byte
            .ConfigurePrimaryHttpMessageHandler(provider => handler(provider, provider.GetRequiredService<OutboundHandlers>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // connections renew themselves
            .RemoveAllLoggers();
}
