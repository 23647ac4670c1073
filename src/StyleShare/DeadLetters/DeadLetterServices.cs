using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.DeadLetters;

/// <summary>Registers this feature.</summary>
public static class DeadLetterServices
{
    /// <summary>Adds dead letters; their sources register themselves as <see cref="IDeadLetterSource"/>.</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services)
    {
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<DeadLetterDesk>();
        return services;
    }
}
