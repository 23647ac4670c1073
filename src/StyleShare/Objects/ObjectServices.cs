using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StyleShare.Objects;

/// <summary>Registers this feature.</summary>
public static class ObjectServices
{
    /// <summary>Adds <see cref="IObjectStore"/>, as the settings say, and <see cref="PublicObjects"/>.</summary>
    public static IServiceCollection AddObjects(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLinks(configuration);
        services.AddOptions<ObjectOptions>().Bind(configuration.GetSection(ObjectOptions.Section)).ValidateOnStart();
        services.AddOptions<FolderOptions>().Bind(configuration.GetSection(FolderOptions.Section));
        services.AddOptions<S3Options>().Bind(configuration.GetSection(S3Options.Section));
        services.AddSingleton<IValidateOptions<ObjectOptions>, ObjectOptionsCheck>();
        services.AddSingleton<PublicObjects>();
        services.AddSingleton<ObjectSignatures>();
        services.AddSingleton<FolderObjectStore>();
        services.AddSingleton<S3ObjectStore>();
        services.AddSingleton<IObjectStore>(provider =>
            provider.GetRequiredService<IOptions<ObjectOptions>>().Value.Store == ObjectStoreKind.S3
                ? provider.GetRequiredService<S3ObjectStore>()
                : provider.GetRequiredService<FolderObjectStore>());
        services.AddHostedService<FolderUpkeep>();
        return services;
    }
}
