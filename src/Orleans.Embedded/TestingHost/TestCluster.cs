using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Embedded;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>
/// A cluster for tests, inside the process of the tests: its silos talk over real connections, their membership table is in
/// memory. Its client is no silo's own, and calls through the first silo that runs.
/// </summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    // As long as silos take to notice a death by silence, and then some: on a loaded machine everything takes longer.
    private static readonly TimeSpan LivenessLimit = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyList<IConfigurationSource> _configurationSources;
    private readonly MemoryMembershipStore _members = new();
    private readonly ConcurrentDictionary<Silo, GrainFactory> _gateways = [];
    private readonly Lock _lock = new();
    private readonly List<InProcessSiloHandle> _all = [];
    private List<SiloHandle> _silos = [];
    private IConfigurationRoot? _configuration;
    private ServiceProvider? _client;
    private short _started;

    internal TestCluster(TestClusterOptions options, IReadOnlyList<IConfigurationSource> configurationSources)
    {
        Options = options;
        _configurationSources = configurationSources;
    }

    /// <summary>What it is made of.</summary>
    public TestClusterOptions Options { get; }

    /// <summary>The configuration of silos and client.</summary>
    public IReadOnlyList<IConfigurationSource> ConfigurationSources => _configurationSources;

    /// <summary>The first silo; null once it was stopped or killed.</summary>
    public SiloHandle? Primary { get; private set; }

    /// <summary>The other silos.</summary>
    public IReadOnlyList<SiloHandle> SecondarySilos => [.. Silos.Where(silo => silo != Primary)];

    /// <summary>All silos that were neither stopped nor killed.</summary>
    public ReadOnlyCollection<SiloHandle> Silos => Volatile.Read(ref _silos).AsReadOnly();

    /// <summary>The client.</summary>
    public IClusterClient Client => ServiceProvider.GetRequiredService<IClusterClient>();

    /// <summary>The client's grain factory.</summary>
    public IGrainFactory GrainFactory => Client;

    /// <summary>The client's services.</summary>
    /// <exception cref="InvalidOperationException">The cluster is not deployed.</exception>
    public IServiceProvider ServiceProvider => _client ?? throw new InvalidOperationException("The cluster is not deployed: call DeployAsync first.");

    /// <summary>Starts silos and client.</summary>
    public async Task DeployAsync()
    {
        if (_configuration is not null)
            throw new InvalidOperationException("The cluster is already deployed.");
        _configuration = Configuration();
        // The first one alone: those who start with it then find it.
        Primary = await StartSilo();
        if (Options.InitialSilosCount > 1)
            await StartAdditionalSilosAsync(Options.InitialSilosCount - 1);
        _client = CreateClient(_configuration, ((InProcessSiloHandle)Primary).Silo);
        await WaitForLivenessToStabilizeAsync();
    }

    /// <summary>The same, waiting for it.</summary>
    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    /// <summary>The silos that run.</summary>
    public IEnumerable<SiloHandle> GetActiveSilos() => Silos.Where(static silo => silo.IsActive);

    /// <summary>The silo at an address; null if there is none.</summary>
    public SiloHandle? GetSiloForAddress(SiloAddress siloAddress) => Silos.FirstOrDefault(silo => silo.SiloAddress.Equals(siloAddress));

    /// <summary>The services of a silo; of the first one if none is named.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        Silos.OfType<InProcessSiloHandle>().First(handle => silo is null || handle.SiloAddress.Equals(silo)).ServiceProvider;

    /// <summary>Starts one more silo.</summary>
    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false) =>
        (await StartAdditionalSilosAsync(1, startAdditionalSiloOnNewPort))[0];

    /// <summary>The same, waiting for it.</summary>
    public SiloHandle StartAdditionalSilo(bool startAdditionalSiloOnNewPort = false) =>
        StartAdditionalSiloAsync(startAdditionalSiloOnNewPort).GetAwaiter().GetResult();

    /// <summary>Starts more silos, all at once; each has a port of its own anyway.</summary>
    public async Task<List<SiloHandle>> StartAdditionalSilosAsync(int silosToStart, bool startAdditionalSiloOnNewPort = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(silosToStart);
        if (!Options.UseTestClusterMembership)
            throw new NotSupportedException($"Silos find each other by {nameof(TestClusterOptions)}.{nameof(TestClusterOptions.UseTestClusterMembership)}.");
        // On the thread pool each: a start does much before it first waits.
        return [.. await Task.WhenAll(Enumerable.Range(0, silosToStart).Select(_ => Task.Run(StartSilo)))];
    }

    /// <summary>Stops a silo: its grains end in order.</summary>
    public Task StopSiloAsync(SiloHandle? instance) => End(instance, gracefully: true);

    /// <summary>Ends a silo as the death of its process does: its connections close, and nobody is told.</summary>
    public Task KillSiloAsync(SiloHandle? instance) => End(instance, gracefully: false);

    /// <summary>Stops a silo, and starts another one by its name.</summary>
    public async Task<SiloHandle> RestartSiloAsync(SiloHandle? instance)
    {
        if (instance is null)
            return null!;
        var wasPrimary = instance == Primary;
        await StopSiloAsync(instance);
        var started = await StartSilo(instance.Name, instance.InstanceNumber);
        if (wasPrimary)
            Primary = started;
        return started;
    }

    /// <summary>Stops the first silo.</summary>
    public Task StopPrimarySiloAsync() => StopSiloAsync(Primary);

    /// <summary>Stops the other silos.</summary>
    public async Task StopSecondarySilosAsync()
    {
        foreach (var silo in SecondarySilos)
            await StopSiloAsync(silo);
    }

    /// <summary>Stops client and silos.</summary>
    public async Task StopAllSilosAsync()
    {
        await StopSecondarySilosAsync();
        await StopPrimarySiloAsync();
    }

    /// <summary>The same, waiting for it.</summary>
    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    /// <summary>Waits until all silos that run agree on who is active: those that run, and nobody else.</summary>
    /// <param name="didKill">Has no meaning here: it is waited for until it is so, either way.</param>
    /// <exception cref="TimeoutException">They did not within a minute.</exception>
    public async Task WaitForLivenessToStabilizeAsync(bool didKill = false)
    {
        using var limit = new CancellationTokenSource(LivenessLimit);
        while (Options.UseTestClusterMembership && !IsStable())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"The silos did not agree within {LivenessLimit}: {string.Join("; ", GetActiveSilos().OfType<InProcessSiloHandle>().Select(Describe))}.");
            await Task.Delay(10);
        }

        static string Describe(InProcessSiloHandle handle) => $"{handle} sees {string.Join(", ", handle.Silo.Membership!.View.Active)}";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<InProcessSiloHandle> all;
        lock (_lock)
        {
            all = [.. _all];
            _all.Clear();
            _silos = [];
        }

        Primary = null;
        await Task.WhenAll(all.Select(silo => Task.Run(async () => await silo.DisposeAsync())));
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

    private Task<SiloHandle> StartSilo()
    {
        short number;
        lock (_lock)
            number = _started++;
        return StartSilo(number == 0 ? "Primary" : $"Secondary_{number}", number);
    }

    private async Task<SiloHandle> StartSilo(string name, short number)
    {
        var silo = await InProcessSiloHandle.CreateAsync(name, number, _configuration!, Options, _members);
        silo.Silo.OtherGateway = FindGateway;
        lock (_lock)
        {
            _all.Add(silo);
            _silos = [.. _silos, silo];
        }

        return silo;
    }

    private async Task End(SiloHandle? instance, bool gracefully)
    {
        if (instance is null)
            return;
        await instance.StopSiloAsync(gracefully);
        lock (_lock)
            _silos = [.. _silos.Where(silo => silo != instance)];
        if (instance == Primary)
            Primary = null;
    }

    private bool IsStable()
    {
        var running = GetActiveSilos().OfType<InProcessSiloHandle>().ToList();
        var addresses = running.Select(static handle => handle.SiloAddress).Order().ToList();
        return running.TrueForAll(handle => handle.Silo.Membership!.View.Active.SequenceEqual(addresses));
    }

    // The client's way into the cluster when the silo that it is connected to takes no calls any more.
    private GrainFactory? FindGateway() =>
        GetActiveSilos().OfType<InProcessSiloHandle>().Select(static handle => handle.Silo).FirstOrDefault(static silo => silo.TakesCalls) is { } silo
            ? _gateways.GetOrAdd(silo, static (silo, client) => FactoryOf(silo, client), _client!)
            : null;

    private ServiceProvider CreateClient(IConfiguration configuration, Silo silo)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(configuration);
        var builder = new ClientBuilder(services, configuration);
        foreach (var type in Options.ClientBuilderConfiguratorTypes)
            ((IClientBuilderConfigurator)Activator.CreateInstance(Type.GetType(type, throwOnError: true)!)!).Configure(configuration, builder);
        services.AddSingleton<IClusterClient>(provider => FactoryOf(silo, provider));
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<IClusterClient>());
        return services.BuildServiceProvider();
    }

    private static GrainFactory FactoryOf(Silo silo, IServiceProvider client) => new(
        silo,
        (int)client.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.ResponseTimeout.TotalMilliseconds,
        client,
        [.. client.GetServices<IOutgoingGrainCallFilter>()]);

    private IConfigurationRoot Configuration()
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in _configurationSources)
            builder.Add(source);
        return builder.Build();
    }

    private sealed record ClientBuilder(IServiceCollection Services, IConfiguration Configuration) : IClientBuilder;
}
