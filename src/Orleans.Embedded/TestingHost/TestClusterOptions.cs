using System.Globalization;

namespace Orleans.TestingHost;

/// <summary>What a test cluster is made of.</summary>
public class TestClusterOptions
{
    /// <summary>The silos that work together.</summary>
    public string? ClusterId { get; set; }

    /// <summary>The data that they work on.</summary>
    public string? ServiceId { get; set; }

    /// <summary>How many silos to start.</summary>
    public short InitialSilosCount { get; set; }

    /// <summary>
    /// Whether the silos find each other by a table in the memory of the tests' process. If not, each is as its configurators say: by
    /// itself, or with others by a table elsewhere.
    /// </summary>
    public bool UseTestClusterMembership { get; set; } = true;

    /// <summary>The <see cref="ISiloConfigurator"/>s and <see cref="IHostConfigurator"/>s, by their full type names.</summary>
    public List<string> SiloBuilderConfiguratorTypes { get; } = [];

    /// <summary>The <see cref="IClientBuilderConfigurator"/>s, by their full type names.</summary>
    public List<string> ClientBuilderConfiguratorTypes { get; } = [];

    /// <summary>The same as configuration.</summary>
    public Dictionary<string, string?> ToDictionary() => new(StringComparer.Ordinal)
    {
        ["Orleans:ClusterId"] = ClusterId,
        ["Orleans:ServiceId"] = ServiceId,
        [nameof(UseTestClusterMembership)] = UseTestClusterMembership.ToString(CultureInfo.InvariantCulture),
        [nameof(InitialSilosCount)] = InitialSilosCount.ToString(CultureInfo.InvariantCulture),
    };
}
