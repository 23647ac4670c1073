using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StyleShare.Silos;

/// <summary>Stops the host once it has drained.</summary>
/// <remarks>
/// It waits for load balancers to see that this silo is not ready any more, for that is what keeps requests from failing; but
/// only as long as there is another silo that they could send to.
/// </remarks>
internal sealed class DrainStop(
    IDrain drain,
    SiloRegistry registry,
    IHostApplicationLifetime lifetime,
    IOptions<SiloRegistryOptions> options,
    TimeProvider clock,
    ILogger<DrainStop> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var begun = CancellationTokenSource.CreateLinkedTokenSource(drain.Draining, stoppingToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, begun.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
            return;
        var started = clock.GetTimestamp();
        using var over = new CancellationTokenSource(options.Value.DrainFor, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(over.Token, lifetime.ApplicationStopping);
        while (!limit.IsCancellationRequested && await IsNeeded(limit.Token))
            await Task.Delay(LookEvery, clock, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        log.DrainEnds(clock.GetElapsedTime(started));
        lifetime.StopApplication();
    }

    private async Task<bool> IsNeeded(CancellationToken limit)
    {
        try
        {
            await registry.Say(limit);
        }
        catch (Exception)
        {
            // Then what was known before holds.
        }

        return registry.OthersReady > 0;
    }
}
