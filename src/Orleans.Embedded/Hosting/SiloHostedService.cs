using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloHostedService(Silo silo, SiloLifecycle lifecycle, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        lifecycle.Subscribe(
            nameof(Silo),
            ServiceLifecycleStage.RuntimeGrainServices,
            _ =>
            {
                silo.Start();
                return Task.CompletedTask;
            },
            silo.StopAsync);
        foreach (var participant in participants)
            participant.Participate(lifecycle);
        await lifecycle.Start(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => lifecycle.Stop(cancellationToken);
}
