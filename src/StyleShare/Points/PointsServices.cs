using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Points;

/// <summary>Registers points: the ledger and the accounts of members.</summary>
public static class PointsServices
{
    /// <summary>Adds this feature; grains are found by the engine itself.</summary>
    public static IServiceCollection AddPoints(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services;
    }
}
