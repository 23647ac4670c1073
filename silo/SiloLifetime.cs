using System.Runtime.InteropServices;
using StyleShare.Silos;

namespace StyleShare.Silo;

/// <summary>What signals do: SIGTERM has the silo drain and then stop; SIGINT, SIGQUIT, or SIGTERM again, stop it at once.</summary>
/// <remarks>Orchestrators and supervisors send SIGTERM. Ctrl-C is somebody who sits before it, and waits.</remarks>
internal sealed class SiloLifetime(IDrain drain, IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Heard));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Heard));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Heard));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
    }

    private void Heard(PosixSignalContext signal)
    {
        // The process ends when the host has stopped, not by the signal.
        signal.Cancel = true;
        if (signal.Signal == PosixSignal.SIGTERM && lifetime.ApplicationStarted.IsCancellationRequested && !drain.IsDraining)
            drain.Begin("it got SIGTERM");
        else
            lifetime.StopApplication();
    }
}
