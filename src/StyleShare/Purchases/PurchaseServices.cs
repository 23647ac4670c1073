using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Jobs;
using StyleShare.Points;

namespace StyleShare.Purchases;

/// <summary>Registers this feature.</summary>
public static class PurchaseServices
{
    /// <summary>Adds purchases and refunds.</summary>
    public static IServiceCollection AddPurchases(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PurchaseOptions>().Bind(configuration.GetSection(PurchaseOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PurchaseStore>();
        services.AddSingleton<PurchaseQueries>();
        services.AddJob<ClawBack, ClawBackJob>(ClawBackJob.Kind);
        services.AddAuditView("audit_purchases");
        return services;
    }
}
