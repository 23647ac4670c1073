using Microsoft.Extensions.DependencyInjection;
using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.Sweeps;

namespace StyleShare.Digests;

/// <summary>Registers this feature.</summary>
public static class DigestServices
{
    /// <summary>Adds the daily digest.</summary>
    public static IServiceCollection AddDigests(this IServiceCollection services)
    {
        services.AddSingleton<DigestStore>();
        services.AddSingleton<IMailList, DigestMailList>();
        services.AddJob<MakeDigest, DigestJob>(DigestJob.Kind);
        services.AddSweep<DigestSweep>();
        return services;
    }
}
