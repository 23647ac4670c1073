using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Embedded;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A silo of a test cluster.</summary>
public abstract class SiloHandle : IDisposable, IAsyncDisposable
{
    /// <summary>The cluster's options.</summary>
    public TestClusterOptions? ClusterOptions { get; set; }

    /// <summary>The how manieth silo of its cluster it is; the first is 0.</summary>
    public short InstanceNumber { get; set; }

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its address.</summary>
    public SiloAddress SiloAddress { get; set; } = SiloAddress.Zero;

    /// <summary>Whether it runs: it was neither stopped nor killed, nor declared dead by the others.</summary>
    public abstract bool IsActive { get; }

    /// <summary>Stops it; not gracefully means as a crash does.</summary>
    public abstract Task StopSiloAsync(bool stopGracefully);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The silo's address.</summary>
    public override string ToString() => SiloAddress.ToString();

    /// <summary>Stops it.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>A silo in the process of the tests.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private bool _isActive = true;

    /// <summary>Its host.</summary>
    public IHost? SiloHost { get; init; }

    /// <summary>Its services.</summary>
    public IServiceProvider ServiceProvider => SiloHost!.Services;

    /// <inheritdoc/>
    public override bool IsActive => _isActive && !Silo.IsKilled;

    internal Silo Silo => ServiceProvider.GetRequiredService<Silo>();

    /// <inheritdoc/>
    public override async Task StopSiloAsync(bool stopGracefully)
    {
        if (!_isActive)
            return;
        _isActive = false;
        using var now = new CancellationTokenSource();
        if (!stopGracefully)
        {
            // Its connections close and its grains are gone before anything of it can say a word.
            Silo.Kill(new SiloUnavailableException($"The silo {SiloAddress} was killed."));
            await now.CancelAsync();
        }

        try
        {
            await SiloHost!.StopAsync(now.Token);
        }
        catch (Exception) when (!stopGracefully)
        {
            // Killed, as asked: what minds has no say any more.
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await StopSiloAsync(stopGracefully: true);
        if (SiloHost is IAsyncDisposable host)
            await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal static async Task<InProcessSiloHandle> CreateAsync(
        string name, short number, IConfiguration configuration, TestClusterOptions options, IMembershipStore members)
    {
        var hostBuilder = new HostBuilder();
        hostBuilder.ConfigureHostConfiguration(builder => builder.AddConfiguration(configuration));
        hostBuilder.UseOrleans((context, siloBuilder) =>
        {
            siloBuilder.Configure<SiloOptions>(silo => silo.SiloName = name);
            siloBuilder.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = options.ClusterId!;
                cluster.ServiceId = options.ServiceId!;
            });
            // Any free one: who asks for a certain one may be late.
            siloBuilder.Configure<EndpointOptions>(endpoint => endpoint.SiloPort = 0);
            if (options.UseTestClusterMembership)
                siloBuilder.Services.AddSingleton(members);
            foreach (var configurator in Configurators(options).OfType<ISiloConfigurator>())
                configurator.Configure(siloBuilder);
        });
        foreach (var configurator in Configurators(options).OfType<IHostConfigurator>())
            configurator.Configure(hostBuilder);

        var host = hostBuilder.Build();
        try
        {
            await host.StartAsync();
        }
        catch (Exception)
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }

        return new InProcessSiloHandle
        {
            Name = name,
            InstanceNumber = number,
            ClusterOptions = options,
            SiloHost = host,
            SiloAddress = host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress,
        };
    }

    private static IEnumerable<object> Configurators(TestClusterOptions options) =>
        options.SiloBuilderConfiguratorTypes.Select(type => Activator.CreateInstance(Type.GetType(type, throwOnError: true)!)!);
}
