using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StyleShare.Silos;

/// <summary>Judges a sample when one is due and no other silo has done it.</summary>
internal sealed class ScaleKeeper(
    ScaleTable table,
    SiloTable silos,
    IEnumerable<IQueueDepths> queues,
    SiloMeters meters,
    IOptions<ScaleOptions> scale,
    IOptions<SiloRegistryOptions> registry,
    ILogger<ScaleKeeper> log)
{
    // Longer than it ever takes; and who waits for it says meanwhile to nobody that this silo lives.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly ScaleOptions _options = scale.Value;
    private bool _failing;

    /// <summary>Looks whether one is due; what fails is tried again at the next look.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Limit);
            await Sample(limit.Token);
            _failing = false;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            if (!_failing)
                log.SampleFailed(e);
            _failing = true;
        }
    }

    private async Task Sample(CancellationToken cancellation)
    {
        var (signal, now) = await table.Read(cancellation);
        if (signal.SampledAt is not { } last || now - last >= _options.SampleEvery || last > now)
            signal = await Judge(signal, now, cancellation);
        meters.Tell(signal);
    }

    private async Task<ScaleSignal> Judge(ScaleSignal signal, DateTimeOffset now, CancellationToken cancellation)
    {
        var next = signal.Next(await Load(cancellation), now, _options);
        if (!await table.Write(next, signal.SampledAt, cancellation))
            return signal;
        if (next.Wanted != signal.Wanted)
            log.Wanted(next.Wanted, signal.Wanted, string.Join("; ", next.Reasons));
        return next;
    }

    private async Task<ScaleLoad> Load(CancellationToken cancellation)
    {
        var running = await silos.List(registry.Value.LiveFor, cancellation);
        var (jobs, events) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var queue in queues)
        {
            var oldest = await queue.OldestDue(cancellation);
            if (queue.Type == "jobs")
                jobs = oldest > jobs ? oldest : jobs;
            else
                events = oldest > events ? oldest : events;
        }

        return ScaleLoad.Of(running, jobs, events, _options);
    }
}
