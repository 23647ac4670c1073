using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace StyleShare.People;

/// <summary>Registers this feature.</summary>
public static class PeopleServices
{
    /// <summary>Adds people and who follows whom.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PeopleOptions>()
            .Bind(configuration.GetSection(PeopleOptions.Section))
            .Validate(options => options.MaxFollowed > 0, "MaxFollowed must be above 0.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<UserStore>();
        services.AddSingleton<AvoidanceStore>();
        services.AddSingleton<PeopleQueries>();
        services.AddSingleton<FollowErasure>();
        return services;
    }
}
