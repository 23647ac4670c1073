using Microsoft.Extensions.Options;
using StyleShare.Objects;

namespace StyleShare.Documents;

/// <summary>Brings documents and their bytes together. The bytes go straight to the object store and come from there.</summary>
public sealed class DocumentFiles(
    IGrainFactory grains, IObjectStore objects, DocumentStore store, Ids ids, IOptions<DocumentOptions> options, IOptions<ObjectOptions> lasts)
{
    /// <summary>Where a document's bytes are.</summary>
    public static string KeyOf(Guid id) => $"{ObjectKeys.Private}documents/{id:N}";

    /// <summary>Announces a document.</summary>
    /// <exception cref="Refusal"><c>too_many_documents</c>.</exception>
    public async Task<DocumentView> Announce(NewDocument document)
    {
        // Those who announce several at the same moment may have some more; what counts is that there is an end.
        if (await store.CountOf(document.OwnerId) >= options.Value.MaxPerPerson)
            throw DocumentErrors.TooMany(options.Value.MaxPerPerson);
        return await grains.GetGrain<IDocumentGrain>(ids.Next()).Announce(document);
    }

    /// <summary>How the bytes of a document are uploaded.</summary>
    public ValueTask<SignedRequest> Upload(DocumentView document) =>
        objects.SignPut(KeyOf(document.Id), document.ContentType, document.Bytes, lasts.Value.UploadLasts);

    /// <summary>How a document is downloaded; null if it is not ready.</summary>
    public async ValueTask<SignedRequest?> Download(DocumentView document) => document.State == DocumentState.Ready
        ? await objects.SignGet(KeyOf(document.Id), lasts.Value.DownloadLasts, document.Name)
        : null;

    /// <summary>A document of the caller's.</summary>
    /// <exception cref="Refusal"><c>document_not_found</c>, also if it is another one's.</exception>
    public async Task<DocumentView> Get(Guid caller, Guid id) =>
        await grains.GetGrain<IDocumentGrain>(id).Get() is { } document && document.OwnerId == caller
            ? document
            : throw DocumentErrors.NotFound();

    /// <summary>Looks whether the bytes are there.</summary>
    /// <exception cref="Refusal"><c>document_not_found</c>, <c>not_uploaded</c>.</exception>
    /// <exception cref="ObjectStoreUnavailable">They may be there.</exception>
    public async Task<DocumentView> Complete(Guid caller, Guid id)
    {
        var document = await Get(caller, id);
        if (document.State != DocumentState.AwaitingUpload)
            return document;
        var head = await objects.Head(KeyOf(id)) ?? throw DocumentErrors.NotUploaded();
        return await grains.GetGrain<IDocumentGrain>(id).Complete(head.Bytes);
    }

    /// <summary>Removes a document of the caller's.</summary>
    /// <exception cref="Refusal"><c>document_not_found</c>.</exception>
    public async Task Remove(Guid caller, Guid id)
    {
        await Get(caller, id);
        await grains.GetGrain<IDocumentGrain>(id).Remove();
    }
}
