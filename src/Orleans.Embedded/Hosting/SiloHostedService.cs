using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloHostedService(Silo silo, SiloLifecycle lifecycle, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        lifecycle.Subscribe(nameof(Silo), ServiceLifecycleStage.RuntimeGrainServices, silo.StartAsync, silo.StopAsync);
        // The first thing at a stop.
        lifecycle.Subscribe(nameof(Silo), ServiceLifecycleStage.Last, static _ => Task.CompletedTask, silo.BeginStopAsync);
        foreach (var participant in participants)
            participant.Participate(lifecycle);
        try
        {
            await lifecycle.Start(cancellationToken);
        }
        catch (Exception) when (silo.IsClustered)
        {
            // The others must not go on counting on it.
            await lifecycle.Stop(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => lifecycle.Stop(cancellationToken);
}
