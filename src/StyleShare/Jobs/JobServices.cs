using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>Registers this feature.</summary>
public static class JobServices
{
    /// <summary>Adds jobs; each feature adds its kinds itself, with <see cref="AddJob"/>.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.DeadAfter >= 4 * options.Heartbeat,
                "DeadAfter must be at least four times Heartbeat, or silos that live are taken for dead.")
            .ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<JobMeters>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<IJobs, JobQueue>();
        services.AddSingleton<IDeadLetterSource, JobDeadLetters>();
        services.AddSingleton<IQueueDepths, JobDepths>();
        services.AddSingleton<JobWriter>();
        services.AddSingleton<JobWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<JobWorker>());
        services.AddSingleton(new RetentionRule(
            "jobs_done",
            "DELETE FROM jobs_done WHERE id = ANY (ARRAY (SELECT id FROM jobs_done WHERE forget_at < now() - $1 LIMIT $2))",
            // Each row says itself how long it is kept.
            TimeSpan.Zero));
        return services;
    }

    /// <summary>Has a silo do the jobs of a kind.</summary>
    /// <typeparam name="TPayload">What they come with.</typeparam>
    /// <typeparam name="THandler">Does them; becomes a singleton.</typeparam>
    public static IServiceCollection AddJob<TPayload, THandler>(this IServiceCollection services, JobKind<TPayload> kind)
        where THandler : class, IJobHandler<TPayload>
    {
        services.TryAddSingleton<THandler>();
        services.AddSingleton<JobRoute>(provider => new JobRoute<TPayload, THandler>(kind, provider));
        return services;
    }
}
