namespace StyleShare.Jobs;

/// <summary>One try of one job.</summary>
internal sealed class RunningJob(JobRun run, TimeProvider clock)
{
    private readonly CancellationTokenSource _cancellation = new(run.Kind.TimeLimit, clock);
    private readonly long _startedAt = clock.GetTimestamp();
    private volatile bool _cancelledByWorker;
    private bool _settled;

    public JobRun Run { get; } = run;

    /// <summary>Why it failed.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Whether its handler put its completion into a change of its own, and ended well.</summary>
    public bool CompletedItself { get; private set; }

    /// <summary>Whether its handler still goes on, and nobody waits for it any more.</summary>
    public bool LeftAlone { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(_startedAt);

    /// <summary>The first one who knows what becomes of the job says so; what its handler does later changes nothing.</summary>
    public bool TrySettle() => !Interlocked.Exchange(ref _settled, true);

    /// <summary>Cancels it for a reason that is not its own.</summary>
    public void CancelByWorker()
    {
        _cancelledByWorker = true;
        try
        {
            _cancellation.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // It has just ended, or what its handler does on cancellation failed: that is the handler's.
        }
    }

    public async Task<JobResult> Try(JobRoute route, JobStore store, TimeSpan grace)
    {
        var context = new JobContext(store, Run);
        Task? running = null;
        try
        {
            running = route.Run(context, Run.Payload, _cancellation.Token);
            await (running.IsCompleted ? running : running.WaitAsync(Run.Kind.TimeLimit + grace, clock));
            CompletedItself = context.CompletesItself;
            return CompletedItself ? OrElseFailed() : new JobResult(Run, JobVerdict.Done);
        }
        catch (Exception e)
        {
            Error = e;
            LeftAlone = running is { IsCompleted: false };
            return ResultOf(e);
        }
        finally
        {
            if (!LeftAlone)
                _cancellation.Dispose();
            else
                _ = running!.ContinueWith(
                    static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private JobResult ResultOf(Exception error)
    {
        var chance = Random.Shared.NextDouble();
        if (_cancelledByWorker)
            return JobRules.Returned(Run);
        return LeftAlone || (error is OperationCanceledException && _cancellation.IsCancellationRequested)
            ? JobRules.Overdue(Run, chance)
            : JobRules.Failed(Run, error, chance);
    }

    // Nothing is left to be written if its change was committed; if it was not, this is what is found.
    private JobResult OrElseFailed() => JobRules.Failed(
        Run, new InvalidOperationException("The handler has not committed the change that completes it."), Random.Shared.NextDouble());
}
