using System.Text.Json;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>Enqueues jobs in changes.</summary>
public static class JobChanges
{
    /// <summary>Enqueues a job: it is there if and only if the change is committed.</summary>
    /// <remarks>
    /// Without a key, a second job with the id of one that lives is not written. With a key, at most one job of the kind and
    /// key lives: enqueued while that one waits, nothing is written; enqueued while it runs, it runs once more afterwards,
    /// with the new payload. So two jobs of one key never run at once.
    /// </remarks>
    /// <param name="change">What the job is committed with.</param>
    /// <param name="kind">What is to be done.</param>
    /// <param name="payload">With what. What the key finds in the tables need not be in it.</param>
    /// <param name="id">The job's id; where a key's job is there already, that one's stays.</param>
    /// <param name="key">At most 200 characters; null for none.</param>
    /// <param name="notBefore">When it is run at the earliest, by the database's clock; null for at once.</param>
    public static void Enqueue<TPayload>(
        this Change change,
        JobKind<TPayload> kind,
        TPayload payload,
        Guid id,
        string? key = null,
        DateTimeOffset? notBefore = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key?.Length ?? 0, 200, nameof(key));
        JobTable.Insert(change, new NewJob(id, kind.Name, key, JsonSerializer.Serialize(payload, kind.Type), notBefore));
    }
}
