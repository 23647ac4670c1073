using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Shares;

/// <summary>Registers the feature.</summary>
public static class ShareServices
{
    /// <summary>Adds shares, and who came through whom; grains find their own.</summary>
    public static IServiceCollection AddShares(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ShareOptions>().Bind(configuration.GetSection(ShareOptions.Section))
            .Validate(options => options.TouchFor > TimeSpan.Zero, $"{ShareOptions.Section}:TouchFor must be above 0.")
            .ValidateOnStart();
        services.AddLinks(configuration);
        services.AddSingleton<ShareStore>();
        services.AddSingleton<ShareErasure>();
        services.AddSingleton<Sharing>();
        services.AddSingleton<ShareLinks>();
        services.AddSingleton<ShareCodes>();
        services.AddSingleton<ReferralChain>();
        return services;
    }
}
