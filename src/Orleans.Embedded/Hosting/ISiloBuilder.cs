using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Hosting;

/// <summary>Builds a silo.</summary>
public interface ISiloBuilder
{
    /// <summary>The services of its host.</summary>
    IServiceCollection Services { get; }

    /// <summary>The configuration of its host.</summary>
    IConfiguration Configuration { get; }
}

/// <summary>Builds a client.</summary>
public interface IClientBuilder
{
    /// <summary>The services of its host.</summary>
    IServiceCollection Services { get; }

    /// <summary>The configuration of its host.</summary>
    IConfiguration Configuration { get; }
}
