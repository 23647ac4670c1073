using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace StyleShare.Jobs;

/// <summary>Says that this worker lives, and looks after those that do not.</summary>
internal sealed class JobUpkeep(
    Guid worker,
    FrozenDictionary<string, KindRunner> runners,
    ConcurrentDictionary<Guid, JobRun> held,
    JobWriter writer,
    JobWorkers workers,
    JobOptions options,
    TimeProvider clock,
    ILogger log) : IAsyncDisposable
{
    private const int TakenOverAtOnce = 500;

    private long? _lastBeat;
    private long _beatingSince;

    /// <summary>One round.</summary>
    public async Task Run(CancellationToken ct)
    {
        foreach (var runner in runners.Values)
            runner.ReturnStale();
        await workers.Beat(worker, runners.Values.ToDictionary(r => r.Kind.Name, r => Math.Round(r.Rate, 1)), ct);
        var now = clock.GetTimestamp();
        var wasLost = _lastBeat is { } last && clock.GetElapsedTime(last, now) > options.DeadAfter;
        if (_lastBeat is null || wasLost)
            _beatingSince = now;
        _lastBeat = now;
        if (wasLost)
            await CancelLost(ct);

        // Behind an outage of the database all look dead, and have a while to say that they are not.
        if (clock.GetElapsedTime(_beatingSince, now) > options.DeadAfter)
            await TakeOver(ct);
    }

    /// <summary>Says that this worker ends.</summary>
    public async Task Leave(CancellationToken ct)
    {
        try
        {
            await workers.Leave(worker, ct);
        }
        catch (Exception e)
        {
            // It is found to be dead.
            log.UpkeepFailed("Leaving", e);
        }
    }

    public ValueTask DisposeAsync() => workers.DisposeAsync();

    // Others may have taken this worker for dead meanwhile: what it does of their jobs could not be written anyway.
    private async Task CancelLost(CancellationToken ct)
    {
        var running = runners.Values.SelectMany(runner => runner.Running()).ToHashSet();
        running.ExceptWith(await workers.Own(worker, ct));
        var lost = runners.Values.Sum(runner => runner.Cancel(running.Contains, settle: true));
        if (lost > 0)
            log.JobsLost(lost);
    }

    private async Task TakeOver(CancellationToken ct)
    {
        List<ClaimedJob> jobs;
        do
        {
            jobs = await workers.TakeOver(worker, options.DeadAfter, TakenOverAtOnce, ct);
            foreach (var job in jobs)
                Settle(job);
            if (jobs.Count > 0)
                log.JobsTakenOver(jobs.Count);
        }
        while (jobs.Count == TakenOverAtOnce);
        await workers.ForgetDead(options.DeadAfter, ct);
    }

    private void Settle(ClaimedJob job)
    {
        // A kind of another version's silo has its limits there; here it is only given back.
        var kind = runners.TryGetValue(job.Kind, out var runner) ? runner.Kind : new ForeignKind(job.Kind);
        var run = new JobRun(job.Id, kind, job.Key, job.Payload, job.Try, worker, job.Errors);
        held[run.Id] = run;
        writer.Add(JobRules.CutOff(run, Random.Shared.NextDouble()));
    }

    private sealed record ForeignKind : JobKind
    {
        public ForeignKind(string name)
            : base(name) =>
            Tries = int.MaxValue;
    }
}
