using Microsoft.Extensions.DependencyInjection;
using Orleans.Embedded;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>Adds streams to a silo.</summary>
public static class SiloBuilderStreamingExtensions
{
    /// <summary>Adds a stream provider whose events are in the queues of an adapter.</summary>
    public static ISiloBuilder AddPersistentStreams(
        this ISiloBuilder builder,
        string name,
        Func<IServiceProvider, string, IQueueAdapterFactory> adapterFactory,
        Action<ISiloPersistentStreamConfigurator>? configureStream)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(adapterFactory);
        var configurator = new SiloPersistentStreamConfigurator(name, configure => configure(builder.Services), adapterFactory);
        configureStream?.Invoke(configurator);
        return builder;
    }
}

/// <summary>Sets up a silo's persistent stream provider.</summary>
public class SiloPersistentStreamConfigurator : NamedServiceConfigurator, ISiloPersistentStreamConfigurator
{
    /// <summary>Adds the provider of this name.</summary>
    public SiloPersistentStreamConfigurator(
        string name,
        Action<Action<IServiceCollection>> configureDelegate,
        Func<IServiceProvider, string, IQueueAdapterFactory> adapterFactory)
        : base(name, configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(adapterFactory);
        this.ConfigureComponent(adapterFactory);
        configureDelegate(services => AddProvider(services, name));
    }

    private static void AddProvider(IServiceCollection services, string name)
    {
        if (services.Any(service => service.ServiceType == typeof(PersistentStreams) && name.Equals(service.ServiceKey)))
            throw new OrleansConfigurationException($"There are two stream providers named '{name}'.");
        services.AddKeyedSingleton(name, (provider, _) => new PersistentStreams(provider, name));
        services.AddKeyedSingleton<IStreamProvider>(name, static (provider, key) => provider.GetRequiredKeyedService<PersistentStreams>(key));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredKeyedService<PersistentStreams>(name));
    }
}
