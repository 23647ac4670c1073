using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StyleShare.Imaging;
using StyleShare.Jobs;
using StyleShare.Sweeps;

namespace StyleShare.Photos;

/// <summary>Registers this feature.</summary>
public static class PhotoServices
{
    /// <summary>Adds photos; grains are found by the engine itself.</summary>
    public static IServiceCollection AddPhotos(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PhotoOptions>().Bind(configuration.GetSection(PhotoOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<SiloStop>();
        services.AddSingleton<PhotoStore>();
        services.AddSingleton<PhotoQueries>();
        services.AddSingleton<PhotoNews>();
        services.AddSingleton(provider => new PhotoErasure(provider.GetRequiredService<PhotoStore>()));

        // As many at once as there are workers: more would only hold uploads in memory while they wait.
        var workers = configuration.GetSection(ImagingOptions.Section).Get<ImagingOptions>() ?? new();
        services.AddJob<RenderPhoto, RenderPhotoJob>(RenderPhotoJob.Kind with { Concurrency = Math.Max(1, workers.Workers) });
        services.AddJob<RemovePhotos, RemovePhotosJob>(RemovePhotosJob.Kind);
        services.AddJob<RemovePicture, RemovePictureJob>(RemovePictureJob.Kind);
        services.AddJob<RemoveUpload, RemoveUploadJob>(RemoveUploadJob.Kind);
        services.AddSweep<UnusedPhotosSweep>();
        return services;
    }
}
