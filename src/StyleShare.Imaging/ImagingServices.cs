using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StyleShare.Imaging.Workers;

namespace StyleShare.Imaging;

/// <summary>Registers this part.</summary>
public static class ImagingServices
{
    /// <summary>Adds what renders pictures.</summary>
    public static IServiceCollection AddImaging(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ImagingOptions>().Bind(configuration.GetSection(ImagingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImagingOptions>, ImagingOptionsCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ImageWorkers>();
        services.AddSingleton<IImageWorkers>(provider => provider.GetRequiredService<ImageWorkers>());
        services.AddHostedService(provider => provider.GetRequiredService<ImageWorkers>());
        return services;
    }
}
