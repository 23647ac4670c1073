using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.Requests;

/// <summary>Registers idempotent requests.</summary>
public static class RequestServices
{
    /// <summary>Adds what <see cref="IRequestGrain"/> needs.</summary>
    public static IServiceCollection AddRequests(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RequestOptions>().Bind(configuration.GetSection(RequestOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new RetentionRule(
            "idempotent_requests",
            """
            DELETE FROM idempotent_requests WHERE id IN (
                SELECT id FROM idempotent_requests WHERE created_at < now() - $1 ORDER BY created_at LIMIT $2)
            """,
            provider.GetRequiredService<IOptions<RequestOptions>>().Value.KeptFor));
        return services;
    }
}
