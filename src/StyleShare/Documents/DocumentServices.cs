using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Sweeps;

namespace StyleShare.Documents;

/// <summary>Registers this feature.</summary>
public static class DocumentServices
{
    /// <summary>Adds documents; grains find their own.</summary>
    public static IServiceCollection AddDocuments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DocumentOptions>().Bind(configuration.GetSection(DocumentOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DocumentOptions>, DocumentOptionsCheck>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<DocumentErasure>();
        services.AddSingleton<DocumentFiles>();
        services.AddSweep<UnfinishedDocumentsSweep>();
        services.AddJob<DeleteDocument, DeleteDocumentJob>(DeleteDocumentJob.Kind);
        return services;
    }
}
