using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StyleShare.Silos;

/// <summary>Whether this silo drains; <see cref="DrainStop"/> does what follows from it.</summary>
internal sealed class SiloDrain : IDrain, IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenRegistration _stopping;
    private readonly ILogger _log;
    private int _begun;

    public SiloDrain(IHostApplicationLifetime lifetime, ILogger<SiloDrain> log)
    {
        _log = log;
        _stopping = lifetime.ApplicationStopping.UnsafeRegister(static drain => ((SiloDrain)drain!)._draining.Cancel(), this);
    }

    public bool IsDraining => Volatile.Read(ref _begun) != 0 || _draining.IsCancellationRequested;

    public CancellationToken Draining => _draining.Token;

    public void Begin(string why)
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0 || _draining.IsCancellationRequested)
            return;
        _log.DrainBegins(why);

        // Not on the caller's thread: what ends by it may take a while.
        ThreadPool.UnsafeQueueUserWorkItem(static drain => drain._draining.Cancel(), this, preferLocal: false);
    }

    // The source is left to the collector: who holds its token may still ask it.
    public void Dispose() => _stopping.Dispose();
}
