using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <inheritdoc cref="IJobs"/>
internal sealed class JobQueue(ICommitter committer, JobStore store, Ids ids) : IJobs
{
    public async Task<Guid> Enqueue<TPayload>(
        JobKind<TPayload> kind,
        TPayload payload,
        string? key = null,
        DateTimeOffset? notBefore = null,
        CancellationToken cancellation = default)
    {
        var id = ids.Next();
        var change = new Change();
        change.Enqueue(kind, payload, id, key, notBefore);
        await committer.Commit(change, cancellation);
        return id;
    }

    public Task<JobStatus?> Find(Guid id, CancellationToken cancellation = default) => store.Find(id, cancellation);

    public Task<JobStatus?> FindByKey(JobKind kind, string key, CancellationToken cancellation = default) =>
        store.Find(kind, key, cancellation);
}
