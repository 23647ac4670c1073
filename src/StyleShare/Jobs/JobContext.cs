using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>What a handler knows of the job that it does.</summary>
public sealed class JobContext
{
    private readonly JobStore _store;
    private readonly JobRun _run;

    internal JobContext(JobStore store, JobRun run)
    {
        _store = store;
        _run = run;
    }

    /// <summary>The job's id: the same in every try.</summary>
    public Guid Id => _run.Id;

    /// <summary>Which try this is, from 1.</summary>
    public int Try => _run.Try;

    /// <summary>The key it was enqueued with.</summary>
    public string? Key => _run.Key;

    /// <summary>Whether <see cref="CompleteWith"/> was called.</summary>
    internal bool CompletesItself { get; private set; }

    /// <summary>Tells those who wait for the job how far it is (<see cref="IJobs.Find"/>). Not for every step: it writes a row.</summary>
    /// <param name="percent">From 0 to 100.</param>
    /// <param name="note">A few words, or null to leave what was there.</param>
    public Task Report(int percent, string? note = null) => _store.Report(_run, Math.Clamp(percent, 0, 100), note);

    /// <summary>
    /// Puts the job's completion into a change, so that the change happens exactly once. The handler commits it as the last
    /// thing it does, and returns. Of a job that is not this worker's any more the change is refused as stale, like that of
    /// a second activation.
    /// </summary>
    public void CompleteWith(Change change)
    {
        CompletesItself = true;
        JobTable.Complete(change, _run);
    }
}
