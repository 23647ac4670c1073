using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.Silos;

/// <summary>Registers this feature.</summary>
public static class SiloServices
{
    /// <summary>Adds the registry of silos, drain, and the scale signal.</summary>
    public static IServiceCollection AddSilos(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SiloRegistryOptions>().Bind(configuration.GetSection(SiloRegistryOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.LiveFor >= 2 * options.SeenEvery && options.ForgetAfter >= options.LiveFor,
                "LiveFor must be at least twice SeenEvery, and ForgetAfter not less than LiveFor, or silos that live are taken for lost.")
            .ValidateOnStart();
        services.AddOptions<ScaleOptions>().Bind(configuration.GetSection(ScaleOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.MaxSilos >= options.MinSilos && options.CpuBelow < options.CpuAbove,
                "MaxSilos must not be less than MinSilos, and CpuBelow must be less than CpuAbove.")
            .ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<SiloMeters>();
        services.AddSingleton<SiloTable>();
        services.AddSingleton<ScaleTable>();
        services.AddSingleton<ScaleKeeper>();
        services.AddSingleton<HttpAddress>();
        services.AddSingleton<SiloProbe>();
        services.AddHostedService(provider => provider.GetRequiredService<SiloProbe>());
        services.AddSingleton<SiloDrain>();
        services.AddSingleton<IDrain>(provider => provider.GetRequiredService<SiloDrain>());
        services.AddSingleton<SiloRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<SiloRegistry>());
        services.AddHostedService<DrainStop>();
        services.AddSingleton(provider => new SiloDesk(
            provider.GetRequiredService<SiloTable>(),
            provider.GetRequiredService<ScaleTable>(),
            provider.GetRequiredService<ICommitter>(),
            provider.GetRequiredService<IOptions<SiloRegistryOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SiloDesk>>()));
        return services;
    }
}
