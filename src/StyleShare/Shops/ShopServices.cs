using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Shops;

/// <summary>Registers this feature.</summary>
public static class ShopServices
{
    /// <summary>Adds shops.</summary>
    public static IServiceCollection AddShops(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ShopOptions>().Bind(configuration.GetSection(ShopOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MerchantStore>();
        return services;
    }
}
