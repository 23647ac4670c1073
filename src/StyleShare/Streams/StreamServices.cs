using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.DeadLetters;

namespace StyleShare.Streams;

/// <summary>Registers durable streams.</summary>
public static class StreamServices
{
    /// <summary>Adds what reads, delivers and acknowledges events, and what consumers are made with.</summary>
    public static IServiceCollection AddStreams(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StreamOptions>().Bind(configuration.GetSection(StreamOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<StreamMeters>();
        services.AddSingleton<FailedEvents>();
        services.AddSingleton<DeliveryOutcomes>();
        services.AddSingleton(provider => new DurableConsumers(provider.GetRequiredService<DeliveryOutcomes>()));
        services.AddSingleton<IDeadLetterSource, DeadEvents>();
        services.AddSingleton(provider => HandledEvents.Retention(provider.GetRequiredService<IOptions<StreamOptions>>().Value));
        services.AddSingleton(FailedEvents.Retention);
        return services;
    }
}
