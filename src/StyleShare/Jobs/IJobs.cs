namespace StyleShare.Jobs;

/// <summary>Jobs, for those who want one done.</summary>
public interface IJobs
{
    /// <summary>Enqueues a job that nothing else has to be committed with; else <see cref="JobChanges.Enqueue"/>.</summary>
    /// <returns>Its id.</returns>
    /// <param name="kind">What is to be done.</param>
    /// <param name="payload">With what.</param>
    /// <param name="key">At most one job of a kind and key lives; see <see cref="JobChanges.Enqueue"/>.</param>
    /// <param name="notBefore">When it is run at the earliest; null for at once.</param>
    /// <param name="cancellation">Takes it back as long as it is not being committed.</param>
    Task<Guid> Enqueue<TPayload>(
        JobKind<TPayload> kind,
        TPayload payload,
        string? key = null,
        DateTimeOffset? notBefore = null,
        CancellationToken cancellation = default);

    /// <summary>How a job is; null if there is none of that id (any more).</summary>
    Task<JobStatus?> Find(Guid id, CancellationToken cancellation = default);

    /// <summary>The same, of the job that lives under a key; one that is done has no key any more.</summary>
    Task<JobStatus?> FindByKey(JobKind kind, string key, CancellationToken cancellation = default);
}

/// <summary>What a job is at.</summary>
public enum JobState
{
    /// <summary>It waits for its time, or for room.</summary>
    Scheduled,

    /// <summary>A worker is at it.</summary>
    Running,

    /// <summary>A try failed, and it waits for the next one.</summary>
    Retrying,

    /// <summary>It is done; known for as long as its kind says.</summary>
    Done,

    /// <summary>It was given up; operators have it.</summary>
    Dead,
}

/// <summary>How a job is.</summary>
/// <param name="Percent">What its handler reported last, 0 to 100.</param>
/// <param name="Note">The words with it.</param>
/// <param name="Tries">How many tries were begun.</param>
/// <param name="Error">The last try's error; null if none failed.</param>
/// <param name="DueAt">When it is run next, if it waits.</param>
public sealed record JobStatus(
    Guid Id, string Kind, string? Key, JobState State, int Percent, string? Note, int Tries, string? Error, DateTimeOffset? DueAt);
