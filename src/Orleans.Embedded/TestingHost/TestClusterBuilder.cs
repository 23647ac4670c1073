using Microsoft.Extensions.Configuration;

namespace Orleans.TestingHost;

/// <summary>Builds a cluster for tests, inside the process of the tests.</summary>
public class TestClusterBuilder
{
    private readonly List<Action<IConfigurationBuilder>> _configure = [];

    /// <summary>A cluster of one silo.</summary>
    public TestClusterBuilder()
        : this(1)
    {
    }

    /// <summary>A cluster of so many silos.</summary>
    public TestClusterBuilder(short initialSilosCount) => Options = new TestClusterOptions
    {
        InitialSilosCount = initialSilosCount,
        ClusterId = CreateClusterId(),
        ServiceId = Guid.NewGuid().ToString("N"),
    };

    /// <summary>What it is made of.</summary>
    public TestClusterOptions Options { get; }

    /// <summary>Values for the configuration of silos and client.</summary>
    public Dictionary<string, string?> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>A name that no other test cluster has.</summary>
    public static string CreateClusterId() => $"testcluster-{Guid.NewGuid():N}";

    /// <summary>Adds an <see cref="ISiloConfigurator"/> or <see cref="IHostConfigurator"/>; made anew for each silo.</summary>
    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(ISiloConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
            throw new InvalidOperationException($"{typeof(T)} is neither an {nameof(ISiloConfigurator)} nor an {nameof(IHostConfigurator)}.");
        Options.SiloBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName!);
        return this;
    }

    /// <summary>Adds an <see cref="IClientBuilderConfigurator"/>.</summary>
    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : IClientBuilderConfigurator, new()
    {
        Options.ClientBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName!);
        return this;
    }

    /// <summary>Adds to the configuration of silos and client.</summary>
    public TestClusterBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate)
    {
        _configure.Add(configureDelegate);
        return this;
    }

    /// <summary>Builds the cluster; <see cref="TestCluster.DeployAsync"/> starts it.</summary>
    public TestCluster Build()
    {
        var builder = new ConfigurationBuilder();
        builder.AddInMemoryCollection(Options.ToDictionary());
        builder.AddInMemoryCollection(Properties);
        foreach (var configure in _configure)
            configure(builder);
        return new TestCluster(Options, [.. builder.Sources]);
    }
}
