using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace StyleShare.Silos;

/// <summary>Measures this process, four times a second, and tells of the last ten seconds.</summary>
internal sealed class SiloProbe(IMeterFactory meters, TimeProvider clock) : IHostedService, IAsyncDisposable
{
    private const int Kept = 40;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Queue<Sample> _samples = new();
    private readonly ActivationCounter _activations = new(meters);
    private readonly double _cores = CoreLimit.Read();
    private ITimer? _timer;
    private int _waiting;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = clock.CreateTimer(static probe => ((SiloProbe)probe!).Tick(), this, TimeSpan.Zero, Every);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What it has measured.</summary>
    public SiloMetrics Read()
    {
        var memory = Environment.WorkingSet;
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var (cpu, delay) = Window();
        return new SiloMetrics
        {
            Cpu = Math.Round(cpu, 3),
            Cores = Math.Round(_cores, 2),
            ThreadPoolDelayMs = Math.Round(delay.TotalMilliseconds, 2),
            Activations = _activations.Read(),
            MemoryBytes = memory,
            MemoryShare = limit > 0 ? Math.Round(Math.Min(1, (double)memory / limit), 3) : 0,
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
        _activations.Dispose();
    }

    // One at a time: as long as the last work item waits, it measures.
    private void Tick()
    {
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
            return;
        ThreadPool.UnsafeQueueUserWorkItem(static item => item.Probe.Measure(item.Queued), (Probe: this, Queued: clock.GetTimestamp()), preferLocal: false);
    }

    private void Measure(long queued)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            _samples.Enqueue(new Sample(now, Environment.CpuUsage.TotalTime, clock.GetElapsedTime(queued, now)));
            if (_samples.Count > Kept)
                _samples.Dequeue();
        }

        Volatile.Write(ref _waiting, 0);
    }

    // CPU between the first and the last sample; of the delays the 90th percentile, for a single one may be a collection of garbage.
    private (double Cpu, TimeSpan Delay) Window()
    {
        Sample[] samples;
        lock (_lock)
            samples = [.. _samples];
        if (samples.Length < 2)
            return (0, TimeSpan.Zero);
        var (first, last) = (samples[0], samples[^1]);
        var cpu = (last.Cpu - first.Cpu) / clock.GetElapsedTime(first.At, last.At) / _cores;
        Array.Sort(samples, static (a, b) => a.Delay.CompareTo(b.Delay));
        return (Math.Clamp(cpu, 0, 1), samples[samples.Length * 9 / 10].Delay);
    }

    private readonly record struct Sample(long At, TimeSpan Cpu, TimeSpan Delay);
}
