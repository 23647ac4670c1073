using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StyleShare.Development;

/// <summary>Something that goes to the development outbox for want of credentials, such as <c>APNs</c>.</summary>
public interface IWithoutCredentials
{
    /// <summary>What; null if there are credentials.</summary>
    string? Service { get; }
}

/// <summary>Registers this feature.</summary>
public static class DevelopmentServices
{
    /// <summary>Adds the development outbox; may be called by each sender.</summary>
    public static IServiceCollection AddDevelopmentOutbox(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(DevelopmentOutbox)))
            return services;
        services.AddOptions<DevelopmentOptions>().Bind(configuration.GetSection(DevelopmentOptions.Section))
            .Validate(
                options => options.OutboxSize is >= 1 and <= 100_000,
                $"{DevelopmentOptions.Section}:OutboxSize must be from 1 to 100,000.")
            .ValidateOnStart();
        services.TryAddSingleton<DevelopmentOutbox>();
        services.AddHostedService<DevelopmentNotice>();
        return services;
    }
}

/// <summary>Says once at start that nothing is sent, so that nobody waits for a mail in vain.</summary>
internal sealed class DevelopmentNotice(IEnumerable<IWithoutCredentials> senders, ILogger<DevelopmentNotice> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var missing = string.Join(", ", senders.Select(sender => sender.Service).OfType<string>());
        if (missing.Length > 0)
            log.NothingIsSent(missing);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
