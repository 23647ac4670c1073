using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace StyleShare.Feeds;

/// <summary>Registers the feature.</summary>
public static class FeedServices
{
    /// <summary>Adds feeds, and the service that tails the log of recent posts.</summary>
    public static IServiceCollection AddFeeds(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FeedOptions>()
            .Bind(configuration.GetSection(FeedOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<FeedStore>();
        services.AddSingleton<RecentPosts>();
        services.AddSingleton<IRecentPosts>(provider => provider.GetRequiredService<RecentPosts>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<RecentPosts>());
        return services;
    }
}
