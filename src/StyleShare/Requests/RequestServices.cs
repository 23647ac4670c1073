using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Requests;

/// <summary>Registers idempotent requests.</summary>
public static class RequestServices
{
    /// <summary>Adds what <see cref="IRequestGrain"/> needs.</summary>
    public static IServiceCollection AddRequests(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RequestOptions>().Bind(configuration.GetSection(RequestOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        return services;
    }
}
