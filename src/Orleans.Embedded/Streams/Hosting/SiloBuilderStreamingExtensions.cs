using Microsoft.Extensions.DependencyInjection;
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
    }
}
