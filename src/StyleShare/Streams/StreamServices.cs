using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Storage;
using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>Registers durable streams; the silo itself needs <see cref="DurableStreams.AddDurableStreams"/>, too.</summary>
public static class StreamServices
{
    /// <summary>Adds what reads, delivers and acknowledges events, and what consumers are made with.</summary>
    public static IServiceCollection AddStreams(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StreamOptions>().Bind(configuration.GetSection(StreamOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<StreamMeters>();
        services.AddSingleton<LeaseTable>();
        services.AddSingleton<PartitionLeases>();
        services.AddSingleton<LeaseBalancer>();
        services.AddSingleton<OutboxTable>();
        services.AddSingleton<UndeliveredEvents>();
        services.AddSingleton<OutboxHub>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxHub>());
        services.AddSingleton<FailedEvents>();
        services.AddSingleton<DeliveryOutcomes>();
        services.AddSingleton(provider => new DurableConsumers(provider.GetRequiredService<DeliveryOutcomes>()));
        services.AddSingleton<IDeadLetterSource, DeadEvents>();
        services.AddSingleton(provider => HandledEvents.Retention(provider.GetRequiredService<IOptions<StreamOptions>>().Value));
        services.AddSingleton<IQueueDepths, StreamDepths>();
        services.AddSingleton(FailedEvents.Retention);

        // Where the engine keeps explicit subscriptions.
        services.AddKeyedSingleton<IGrainStorage>(
            "PubSubStore",
            static (provider, _) => new GrainStateStorage(
                provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<ICommitter>()));
        return services;
    }
}
