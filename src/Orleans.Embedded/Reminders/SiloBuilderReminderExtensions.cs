using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Embedded;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Hosting;

/// <summary>Adds reminders to a silo.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Adds the service; where reminders are kept is said by <see cref="UseAdoNetReminderService(ISiloBuilder, Action{AdoNetReminderTableOptions})"/> or its like.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder)
    {
        builder.Services.AddReminders();
        return builder;
    }

    /// <inheritdoc cref="AddReminders(ISiloBuilder)"/>
    public static void AddReminders(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ReminderService)))
            return;
        services.AddOptions<ReminderOptions>().Validate(
            options => options.MinimumReminderPeriod > TimeSpan.Zero, $"{nameof(ReminderOptions.MinimumReminderPeriod)} must be longer than nothing.");
        services.AddSingleton<ReminderService>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<ReminderService>());
        services.AddSingleton<IReminderRegistry>(provider => new ReminderRegistry(
            provider.GetRequiredService<Silo>(),
            provider.GetService<IReminderStore>() ?? throw ReminderRegistry.NotConfigured(),
            provider.GetRequiredService<ReminderService>(),
            provider.GetRequiredService<IOptions<ReminderOptions>>()));
    }

    /// <summary>Keeps reminders in a database, in the table OrleansRemindersTable; silos of one service id share them.</summary>
    public static ISiloBuilder UseAdoNetReminderService(this ISiloBuilder builder, Action<AdoNetReminderTableOptions> configureOptions) =>
        builder.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> options) => options.Configure(configureOptions));

    /// <inheritdoc cref="UseAdoNetReminderService(ISiloBuilder, Action{AdoNetReminderTableOptions})"/>
    public static ISiloBuilder UseAdoNetReminderService(
        this ISiloBuilder builder, Action<OptionsBuilder<AdoNetReminderTableOptions>> configureOptions)
    {
        builder.Services.UseAdoNetReminderService(configureOptions);
        return builder;
    }

    /// <inheritdoc cref="UseAdoNetReminderService(ISiloBuilder, Action{AdoNetReminderTableOptions})"/>
    public static IServiceCollection UseAdoNetReminderService(
        this IServiceCollection services, Action<OptionsBuilder<AdoNetReminderTableOptions>> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(configureOptions);
        services.AddReminders();
        configureOptions(services.AddOptions<AdoNetReminderTableOptions>());
        services.AddSingleton<IReminderStore>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<AdoNetReminderTableOptions>>().Value;
            return new PostgresReminderStore(
                AdoNetSource.Of("Reminders", options.Invariant, options.ConnectionString, options.DataSource),
                provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId);
        });
        return services;
    }
}

/// <summary>Reminders for tests.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>Keeps reminders in memory, for as long as the silo lives.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        builder.AddReminders();
        builder.Services.TryAddSingleton<IReminderStore, MemoryReminderStore>();
        return builder;
    }
}
