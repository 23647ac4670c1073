using Microsoft.Extensions.Logging;

namespace StyleShare.Jobs;

/// <summary>
/// The jobs of one kind that this silo has: claimed ahead, running, or ended but not written yet. Runs as many at once as the
/// kind says, so a kind that is slow or full holds up no other.
/// </summary>
internal sealed class KindRunner(
    JobRoute route, JobWriter writer, JobStore store, JobOptions options, JobMeters meters, TimeProvider clock, ILogger log)
{
    /// <summary>Jobs claimed ahead that were not begun after this long are left to others: the kind is not as quick as it was.</summary>
    private static readonly TimeSpan StaleAhead = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<(JobRun Run, long ClaimedAt)> _ahead = new();
    private readonly Dictionary<Guid, RunningJob> _running = [];
    private readonly JobRate _rate = new(clock);
    private int _places;
    private int _held;
    private bool _closed;
    private TaskCompletionSource? _idle;

    public JobKind Kind => route.Kind;

    /// <summary>Where the next claim starts to look; null for the beginning.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>How many jobs are done a second.</summary>
    public double Rate => _rate.PerSecond;

    /// <summary>How many more it may claim.</summary>
    public int Room
    {
        get
        {
            var ahead = JobRules.Ahead(Kind, _rate.PerSecond, options.MaxAhead);
            lock (_lock)
                return _closed ? 0 : Math.Max(0, Kind.Concurrency + ahead - _held);
        }
    }

    /// <summary>Takes claimed jobs, and runs them as places become free.</summary>
    public void Take(IReadOnlyCollection<JobRun> claimed)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            _held += claimed.Count;
            foreach (var run in claimed)
                _ahead.Enqueue((run, now));
            while (!_closed && _places < Kind.Concurrency && _ahead.TryDequeue(out var next))
            {
                _places++;
                _ = Task.Run(() => RunAll(next.Run));
            }

            if (_closed)
                ReturnAhead();
        }
    }

    /// <summary>An outcome of this kind is written.</summary>
    public void Written(JobResult result)
    {
        _rate.Count(result.Verdict == JobVerdict.Done ? 1 : 0);
        lock (_lock)
            _held--;
    }

    /// <summary>Leaves to others what was claimed ahead and is not begun for too long.</summary>
    public void ReturnStale()
    {
        lock (_lock)
        {
            while (_ahead.TryPeek(out var next) && clock.GetElapsedTime(next.ClaimedAt) > StaleAhead)
                writer.Add(JobRules.Returned(_ahead.Dequeue().Run) with { Held = true });
        }
    }

    /// <summary>Begins no more jobs; the task ends when none runs.</summary>
    public Task Close()
    {
        lock (_lock)
        {
            _closed = true;
            ReturnAhead();
            if (_places == 0)
                return Task.CompletedTask;
            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Cancels the running jobs that a condition holds for; says how many.</summary>
    /// <param name="which">Which of them.</param>
    /// <param name="settle">Whether they go back at once, whatever their handlers do.</param>
    public int Cancel(Func<Guid, bool> which, bool settle)
    {
        RunningJob[] jobs;
        lock (_lock)
            jobs = [.. _running.Values.Where(job => which(job.Run.Id))];
        foreach (var job in jobs)
        {
            job.CancelByWorker();
            if (settle)
                Settle(job, JobRules.Returned(job.Run));
        }

        return jobs.Length;
    }

    /// <summary>The ids of the jobs that run.</summary>
    public IReadOnlyList<Guid> Running()
    {
        lock (_lock)
            return [.. _running.Keys];
    }

    private void ReturnAhead()
    {
        while (_ahead.TryDequeue(out var next))
            writer.Add(JobRules.Returned(next.Run) with { Held = true });
    }

    private async Task RunAll(JobRun run)
    {
        while (true)
        {
            await RunOne(run);
            lock (_lock)
            {
                if (!_closed && _ahead.TryDequeue(out var next))
                {
                    run = next.Run;
                    continue;
                }

                if (--_places == 0)
                    _idle?.TrySetResult();
                return;
            }
        }
    }

    private async Task RunOne(JobRun run)
    {
        var job = new RunningJob(run, clock);
        lock (_lock)
            _running[run.Id] = job;
        var result = await job.Try(route, store, options.CancelGrace);
        lock (_lock)
            _running.Remove(run.Id);
        Settle(job, result);
    }

    private void Settle(RunningJob job, JobResult result)
    {
        if (!job.TrySettle())
            return;
        meters.Ended(Kind.Name, job.CompletedItself ? JobVerdict.Done : result.Verdict, job.Elapsed);
        if (job.LeftAlone)
            log.JobLeftAlone(Kind.Name, job.Run.Id);
        if (!job.CompletedItself && result.Error is not null)
            Log(job, result);
        writer.Add(result with { Held = true });
    }

    private void Log(RunningJob job, JobResult result)
    {
        var error = job.Error?.GetType().Name ?? "no end in time";
        if (result.Verdict == JobVerdict.Dead)
            log.JobDied(Kind.Name, job.Run.Id, job.Run.Try, error);
        else
            log.JobFailed(Kind.Name, job.Run.Id, job.Run.Try, error, result.After);
    }
}
