using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        return services;
    }

    /// <summary>Adds the HTTP client of one service.</summary>
    public static void AddServiceClient(
        this IServiceCollection services, string name, Func<IServiceProvider, OutboundHandlers, SocketsHttpHandler> handler) =>
        services.AddHttpClient(name)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan) // the pipeline's limit holds to the last byte
            .ConfigurePrimaryHttpMessageHandler(provider => handler(provider, provider.GetRequiredService<OutboundHandlers>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // connections renew themselves
            .RemoveAllLoggers(); // they tell addresses, which for push are secrets
}
