using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Objects;
using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Backups;

/// <summary>Registers this feature.</summary>
public static class BackupServices
{
    /// <summary>Adds backups, and the daily one.</summary>
    public static IServiceCollection AddBackups(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BackupOptions>().Bind(configuration.GetSection(BackupOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.Keep is { Daily: >= 1, Weekly: >= 0, Monthly: >= 0 },
                $"{BackupOptions.Section}:Keep: Daily must be 1 at least, Weekly and Monthly 0.")
            .ValidateOnStart();
        services.AddSingleton<PostgresPrograms>();
        services.AddSingleton<BackupStore>();
        services.AddSingleton(provider => new BackupMaker(
            provider.GetRequiredService<DirectSource>(),
            provider.GetRequiredService<BackupStore>(),
            provider.GetRequiredService<PostgresPrograms>(),
            provider.GetRequiredService<LedgerAudit>(),
            provider.GetRequiredService<IOptions<BackupOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BackupMaker>>()));
        services.AddSingleton(provider => new BackupRestorer(
            provider.GetRequiredService<BackupStore>(),
            provider.GetRequiredService<IObjectStore>(),
            provider.GetRequiredService<PostgresPrograms>(),
            provider.GetRequiredService<LedgerAudit>(),
            provider.GetRequiredService<IOptions<BackupOptions>>(),
            provider.GetRequiredService<ILogger<BackupRestorer>>()));
        services.AddJob<MakeBackup, BackupJob>(BackupJob.Kind);
        services.AddHostedService<BackupScheduler>();
        return services;
    }
}
