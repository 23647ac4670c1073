using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>Sets up services that belong to a name.</summary>
public interface INamedServiceConfigurator
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>Gives access to the services.</summary>
    Action<Action<IServiceCollection>> ConfigureDelegate { get; }
}

/// <summary>Sets up services that belong to a name.</summary>
public class NamedServiceConfigurator : INamedServiceConfigurator
{
    /// <summary>For a name.</summary>
    public NamedServiceConfigurator(string name, Action<Action<IServiceCollection>> configureDelegate)
    {
        Name = name;
        ConfigureDelegate = configureDelegate;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Action<Action<IServiceCollection>> ConfigureDelegate { get; }
}

/// <summary>Sets up a persistent stream provider.</summary>
public interface IPersistentStreamConfigurator : INamedServiceConfigurator;

/// <summary>Sets up a silo's persistent stream provider.</summary>
public interface ISiloPersistentStreamConfigurator : IPersistentStreamConfigurator;

/// <summary>Options and parts of named services.</summary>
public static class NamedServiceConfiguratorExtensions
{
    /// <summary>Sets the options of this name.</summary>
    public static void Configure<TOptions>(this INamedServiceConfigurator configurator, Action<OptionsBuilder<TOptions>> configureOptions)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(configureOptions);
        configurator.ConfigureDelegate(services => configureOptions(services.AddOptions<TOptions>(configurator.Name)));
    }

    /// <summary>Sets the part of this name and its options.</summary>
    public static void ConfigureComponent<TOptions, TComponent>(
        this INamedServiceConfigurator configurator,
        Func<IServiceProvider, string, TComponent> factory,
        Action<OptionsBuilder<TOptions>>? configureOptions = null)
        where TOptions : class, new()
        where TComponent : class
    {
        if (configureOptions is not null)
            configurator.Configure(configureOptions);
        configurator.ConfigureComponent(factory);
    }

    /// <summary>Sets the part of this name.</summary>
    public static void ConfigureComponent<TComponent>(
        this INamedServiceConfigurator configurator, Func<IServiceProvider, string, TComponent> factory)
        where TComponent : class =>
        configurator.ConfigureDelegate(services =>
            services.AddKeyedSingleton<TComponent>(configurator.Name, (provider, name) => factory(provider, (string)name!)));
}

/// <summary>Subscriptions of a provider.</summary>
public static class PersistentStreamConfiguratorExtensions
{
    /// <summary>Says which subscriptions the provider knows.</summary>
    public static void ConfigureStreamPubSub(
        this IPersistentStreamConfigurator configurator, StreamPubSubType pubsubType = StreamPubSubOptions.DEFAULT_STREAM_PUBSUB_TYPE) =>
        configurator.Configure<StreamPubSubOptions>(options => options.Configure(o => o.PubSubType = pubsubType));
}

/// <summary>Agents of a silo's provider.</summary>
public static class SiloPersistentStreamConfiguratorExtensions
{
    /// <summary>Sets how agents read and deliver.</summary>
    public static void ConfigurePullingAgent(
        this ISiloPersistentStreamConfigurator configurator, Action<OptionsBuilder<StreamPullingAgentOptions>>? configureOptions = null) =>
        configurator.Configure(configureOptions ?? (static _ => { }));

    /// <summary>Sets when the provider's parts start.</summary>
    public static void ConfigureLifecycle(
        this ISiloPersistentStreamConfigurator configurator, Action<OptionsBuilder<StreamLifecycleOptions>> configureOptions) =>
        configurator.Configure(configureOptions);

    /// <summary>Sets who says which queues the silo reads.</summary>
    public static void ConfigurePartitionBalancing(
        this ISiloPersistentStreamConfigurator configurator, Func<IServiceProvider, string, IStreamQueueBalancer> factory) =>
        configurator.ConfigureComponent(factory);

    /// <inheritdoc cref="ConfigurePartitionBalancing(ISiloPersistentStreamConfigurator, Func{IServiceProvider, string, IStreamQueueBalancer})"/>
    public static void ConfigurePartitionBalancing<TOptions>(
        this ISiloPersistentStreamConfigurator configurator,
        Func<IServiceProvider, string, IStreamQueueBalancer> factory,
        Action<OptionsBuilder<TOptions>> configureOptions)
        where TOptions : class, new() =>
        configurator.ConfigureComponent(factory, configureOptions);

    /// <summary>Sets how long to wait before an event is delivered again.</summary>
    public static void ConfigureBackoffProvider(
        this ISiloPersistentStreamConfigurator configurator, Func<IServiceProvider, string, IMessageDeliveryBackoffProvider> factory) =>
        configurator.ConfigureComponent(factory);

    /// <summary>Sets how long to wait before a queue is read again that could not be read.</summary>
    public static void ConfigureBackoffProvider(
        this ISiloPersistentStreamConfigurator configurator, Func<IServiceProvider, string, IQueueReaderBackoffProvider> factory) =>
        configurator.ConfigureComponent(factory);
}
