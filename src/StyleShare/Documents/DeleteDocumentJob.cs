using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Objects;
using StyleShare.Storage;

namespace StyleShare.Documents;

/// <summary>What the job that deletes a document's bytes comes with.</summary>
public sealed record DeleteDocument(Guid Id);

/// <summary>Deletes the bytes of a document that was rejected or removed, and the row of one that was removed.</summary>
/// <remarks>
/// A signed upload is good for a while, whatever becomes of its document: so they are deleted at once, and again when no upload
/// can come any more.
/// </remarks>
internal sealed class DeleteDocumentJob(
    IObjectStore objects, ICommitter committer, IOptions<ObjectOptions> options, TimeProvider clock) : IJobHandler<DeleteDocument>
{
    public static readonly JobKind<DeleteDocument> Kind = new("delete-document", DocumentJson.Default.DeleteDocument);

    // While the store is away, as often as this; nothing is lost by waiting.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    // Between the making of the id and that of the signature.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public static string KeyOf(Guid id) => id.ToString("N");

    public async Task Run(JobContext context, DeleteDocument payload, CancellationToken cancellation)
    {
        try
        {
            await objects.Delete(DocumentFiles.KeyOf(payload.Id), cancellation);
        }
        catch (ObjectStoreUnavailable)
        {
            throw new RetryLater(Pause, "The object store is not there.", countsAsTry: false);
        }

        var left = Ids.TimeOf(payload.Id) + options.Value.UploadLasts + Grace - clock.GetUtcNow();
        if (left > TimeSpan.Zero)
            throw new RetryLater(left, "It may still be uploaded.", countsAsTry: false);
        var change = new Change();
        DocumentTable.DropRemoved(change, payload.Id);
        context.CompleteWith(change);
        await committer.Commit(change, cancellation);
    }
}
