using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Jobs;

/// <summary>Registers this feature.</summary>
public static class JobServices
{
    /// <summary>Adds jobs; each feature adds its kinds itself, with <see cref="AddJob"/>.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<JobStore>();
        services.AddSingleton<IJobs, JobQueue>();
        return services;
    }

    /// <summary>Has a silo do the jobs of a kind.</summary>
    /// <typeparam name="TPayload">What they come with.</typeparam>
    /// <typeparam name="THandler">Does them; becomes a singleton.</typeparam>
    public static IServiceCollection AddJob<TPayload, THandler>(this IServiceCollection services, JobKind<TPayload> kind)
        where THandler : class, IJobHandler<TPayload>
    {
        services.AddSingleton<THandler>();
        services.AddSingleton<JobRoute>(provider => new JobRoute<TPayload, THandler>(kind, provider));
        return services;
    }
}
