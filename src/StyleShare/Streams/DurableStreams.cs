using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Providers;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>The provider of durable streams: events committed in the outbox, delivered at least once and in order.</summary>
public static class DurableStreams
{
    /// <summary>The stream provider's name, for <c>GetStreamProvider</c>.</summary>
    public const string Name = "durable";

    /// <summary>After so long without events an agent forgets a stream, and looks it up again at the next one.</summary>
    private static readonly TimeSpan StreamInactivity = TimeSpan.FromMinutes(2);

    /// <summary>Adds the provider to a silo; its services come with <see cref="StreamServices.AddStreams"/>.</summary>
    public static ISiloBuilder AddDurableStreams(this ISiloBuilder builder) => builder.AddPersistentStreams(
        Name,
        static (provider, name) => new OutboxAdapterFactory(
            provider.GetRequiredService<OutboxHub>(), provider.GetRequiredService<ICommitter>(), name),
        static streams =>
        {
            streams.ConfigurePartitionBalancing(static (provider, _) => provider.GetRequiredService<LeaseBalancer>());
            streams.ConfigureBackoffProvider(static IMessageDeliveryBackoffProvider (provider, _) =>
                new DeliveryBackoff(provider.GetRequiredService<IOptions<StreamOptions>>().Value));
            streams.ConfigurePullingAgent(agent => agent.Configure(options =>
            {
                // Consumers count their tries themselves (DurableConsumer).
                options.MaxEventDeliveryTime = UndeliveredEvents.TriedFor;
                options.StreamInactivityPeriod = StreamInactivity;

                // Receivers wait by themselves for news.
                options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);
            }));
        });
}
