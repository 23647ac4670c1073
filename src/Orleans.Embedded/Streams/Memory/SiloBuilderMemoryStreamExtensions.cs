using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Embedded;

namespace Orleans.Hosting;

/// <summary>Streams for tests.</summary>
public static class SiloBuilderMemoryStreamExtensions
{
    /// <summary>Adds a stream provider whose events are in memory, for as long as the silo lives.</summary>
    public static ISiloBuilder AddMemoryStreams(this ISiloBuilder builder, string name, Action<ISiloMemoryStreamConfigurator>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var configurator = new SiloMemoryStreamConfigurator(name, services => services(builder.Services));
        configure?.Invoke(configurator);
        return builder;
    }
}

/// <summary>Sets up streams in memory.</summary>
public interface IMemoryStreamConfigurator : INamedServiceConfigurator;

/// <summary>Sets up a silo's streams in memory.</summary>
public interface ISiloMemoryStreamConfigurator : IMemoryStreamConfigurator, ISiloPersistentStreamConfigurator;

/// <summary>Queues of streams in memory.</summary>
public static class MemoryStreamConfiguratorExtensions
{
    /// <summary>Sets the number of queues.</summary>
    public static void ConfigurePartitioning(
        this IMemoryStreamConfigurator configurator, int numOfQueues = HashRingStreamQueueMapperOptions.DEFAULT_NUM_QUEUES) =>
        configurator.Configure<HashRingStreamQueueMapperOptions>(options => options.Configure(o => o.TotalQueueCount = numOfQueues));
}

internal sealed class SiloMemoryStreamConfigurator(string name, Action<Action<IServiceCollection>> configureDelegate)
    : SiloPersistentStreamConfigurator(name, configureDelegate, static (services, name) => new MemoryQueues(services, name)),
        ISiloMemoryStreamConfigurator;
