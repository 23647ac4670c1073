using Orleans.Concurrency;
using StyleShare.Requests;

namespace StyleShare.Documents;

/// <summary>How far a document is. The numbers are stored.</summary>
public enum DocumentState
{
    /// <summary>Announced; its bytes may come.</summary>
    AwaitingUpload = 1,

    /// <summary>It can be downloaded.</summary>
    Ready = 2,

    /// <summary>What came was not what was announced.</summary>
    Rejected = 3,

    /// <summary>Its owner does not want it any more; its bytes are being deleted.</summary>
    Removed = 4,
}

/// <summary>A document that is announced; all of it is within the limits.</summary>
/// <param name="Name">The name under which it is saved.</param>
/// <param name="ContentType">Its media type, in lower case.</param>
/// <param name="Bytes">How long it will be.</param>
[GenerateSerializer, Immutable]
public sealed record NewDocument(Guid OwnerId, string Name, string ContentType, long Bytes, RequestKey? Request);

/// <summary>A document.</summary>
/// <param name="Version">Grows with every committed change; goes into the ETag.</param>
[GenerateSerializer, Immutable]
public sealed record DocumentView(
    Guid Id, Guid OwnerId, string Name, string ContentType, long Bytes, DocumentState State, DateTimeOffset CreatedAt, long Version);

/// <summary>A document: what is known of it, for its bytes pass through no grain. Its key is its id.</summary>
public interface IDocumentGrain : IGrainWithGuidKey
{
    /// <summary>Announces it.</summary>
    Task<DocumentView> Announce(NewDocument document);

    /// <summary>The document; null if there is none.</summary>
    [ReadOnly]
    Task<DocumentView?> Get();

    /// <summary>Its bytes are there: ready if they are as many as announced, else rejected. Idempotent.</summary>
    /// <param name="bytes">How many there are.</param>
    /// <exception cref="Refusal"><c>document_not_found</c>.</exception>
    Task<DocumentView> Complete(long bytes);

    /// <summary>Removes it, and its bytes by a job. Idempotent.</summary>
    Task Remove();
}
