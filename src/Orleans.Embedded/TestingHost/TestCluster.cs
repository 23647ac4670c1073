using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Embedded;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A cluster for tests, inside the process of the tests; its client is no silo's own.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly IReadOnlyList<IConfigurationSource> _configurationSources;
    private readonly List<SiloHandle> _silos = [];
    private ServiceProvider? _client;

    internal TestCluster(TestClusterOptions options, IReadOnlyList<IConfigurationSource> configurationSources)
    {
        Options = options;
        _configurationSources = configurationSources;
    }

    /// <summary>What it is made of.</summary>
    public TestClusterOptions Options { get; }

    /// <summary>The configuration of silos and client.</summary>
    public IReadOnlyList<IConfigurationSource> ConfigurationSources => _configurationSources;

    /// <summary>The first silo.</summary>
    public SiloHandle? Primary { get; private set; }

    /// <summary>All silos that run.</summary>
    public ReadOnlyCollection<SiloHandle> Silos => _silos.AsReadOnly();

    /// <summary>The client.</summary>
    public IClusterClient Client => ServiceProvider.GetRequiredService<IClusterClient>();

    /// <summary>The client's grain factory.</summary>
    public IGrainFactory GrainFactory => Client;

    /// <summary>The client's services.</summary>
    /// <exception cref="InvalidOperationException">The cluster is not deployed.</exception>
    public IServiceProvider ServiceProvider => _client ?? throw new InvalidOperationException("The cluster is not deployed: call DeployAsync first.");

    /// <summary>Starts silos and client.</summary>
    /// <exception cref="NotSupportedException">More than one silo was asked for.</exception>
    public async Task DeployAsync()
    {
        if (Options.InitialSilosCount != 1)
            throw new NotSupportedException($"This engine's test clusters have one silo, not {Options.InitialSilosCount}: use new TestClusterBuilder(1).");
        if (Primary is not null)
            throw new InvalidOperationException("The cluster is already deployed.");

        var configuration = Configuration();
        var primary = await InProcessSiloHandle.CreateAsync("Primary", configuration, Options);
        Primary = primary;
        _silos.Add(primary);
        _client = CreateClient(configuration, primary.SiloHost!.Services.GetRequiredService<Silo>());
    }

    /// <summary>The same, waiting for it.</summary>
    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    /// <summary>The services of a silo; of the first one if none is named.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        _silos.OfType<InProcessSiloHandle>().First(handle => silo is null || handle.SiloAddress.Equals(silo)).SiloHost!.Services;

    /// <summary>Stops a silo: its grains end in order.</summary>
    public async Task StopSiloAsync(SiloHandle? instance)
    {
        if (instance is null)
            return;
        await instance.StopSiloAsync(stopGracefully: true);
        _silos.Remove(instance);
    }

    /// <summary>Stops a silo without waiting for its grains.</summary>
    public async Task KillSiloAsync(SiloHandle? instance)
    {
        if (instance is null)
            return;
        await instance.StopSiloAsync(stopGracefully: false);
        _silos.Remove(instance);
    }

    /// <summary>Stops client and silos.</summary>
    public async Task StopAllSilosAsync()
    {
        foreach (var silo in _silos.ToArray())
            await StopSiloAsync(silo);
    }

    /// <summary>The same, waiting for it.</summary>
    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.ToArray())
            await silo.DisposeAsync();
        _silos.Clear();
        if (_client is not null)
            await _client.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private ServiceProvider CreateClient(IConfiguration configuration, Silo silo)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(configuration);
        var builder = new ClientBuilder(services, configuration);
        foreach (var type in Options.ClientBuilderConfiguratorTypes)
            ((IClientBuilderConfigurator)Activator.CreateInstance(Type.GetType(type, throwOnError: true)!)!).Configure(configuration, builder);
        services.AddSingleton<IClusterClient>(provider => new GrainFactory(
            silo,
            (int)provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.ResponseTimeout.TotalMilliseconds,
            provider,
            [.. provider.GetServices<IOutgoingGrainCallFilter>()]));
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<IClusterClient>());
        return services.BuildServiceProvider();
    }

    private IConfigurationRoot Configuration()
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in _configurationSources)
            builder.Add(source);
        return builder.Build();
    }

    private sealed record ClientBuilder(IServiceCollection Services, IConfiguration Configuration) : IClientBuilder;
}
