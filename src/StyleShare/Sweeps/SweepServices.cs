using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Sweeps;

/// <summary>Registers sweeps.</summary>
public static class SweepServices
{
    /// <summary>Adds what runs them; each feature adds its own with <see cref="AddSweep"/>.</summary>
    public static IServiceCollection AddSweeps(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SweepOptions>().Bind(configuration.GetSection(SweepOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddHostedService<SweepScheduler>();
        return services;
    }

    /// <summary>Has a population swept.</summary>
    public static IServiceCollection AddSweep<TSweep>(this IServiceCollection services)
        where TSweep : class, ISweep =>
        services.AddSingleton<ISweep, TSweep>();
}
