using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Documents;

namespace StyleShare.Api;

/// <summary><c>/v1/documents</c>: files that people keep, which are never shown but saved.</summary>
internal sealed class Documents(DocumentFiles documents, Idempotency idempotency, IOptions<DocumentOptions> options)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/documents", Announce).Limit(Limited.Write)
            .Describe("Documents", "announceDocument", "Announce a document",
                "Send the bytes as `upload` says, exactly as many as announced, and then complete it.")
            .Takes<AnnounceDocumentRequest>(DocumentExamples.Announce)
            .Gives<AnnouncedDocumentResponse>(201, DocumentExamples.Announced)
            .Fails(422, "too_many_documents");
        v1.Post("/documents/{id}/complete", "document", Complete).Limit(Limited.Write)
            .Describe("Documents", "completeDocument", "Say that a document is uploaded", "It may be called again.")
            .Gives<DocumentResponse>(202, DocumentExamples.Ready)
            .Fails(404, "document_not_found").Fails(409, "not_uploaded");
        v1.Get("/documents/{id}", "document", Get)
            .Describe("Documents", "getDocument", "Read a document",
                "One's own only. `download` is a link to its bytes, good for some minutes and for whoever has it.")
            .Gives<DocumentResponse>(200, DocumentExamples.Ready).HasETag()
            .Fails(404, "document_not_found");
        v1.Delete("/documents/{id}", "document", Delete).Limit(Limited.Write)
            .Describe("Documents", "deleteDocument", "Delete a document", "And its bytes.")
            .Gives(204)
            .Fails(404, "document_not_found");
    }

    private async Task Announce(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.AnnounceDocumentRequest) is not { } body)
            return;
        var fields = new Fields();
        var name = fields.Required("name", body.Name, DocumentNames.Rule);
        if (DocumentNames.Problem(name) is { } problem)
            fields.Wrong("name", problem);
        var type = fields.Present("contentType", body.ContentType).ToLowerInvariant();
        if (body.ContentType is not null && !options.Value.Takes(type))
            fields.Wrong("contentType", "Is not one of the media types that are taken.");
        if (body.Bytes is not { } bytes)
            fields.Wrong("bytes", "Is required.");
        else if (bytes < 1 || bytes > options.Value.MaxBytes)
            fields.Wrong("bytes", $"Must be from 1 to {options.Value.MaxBytes}.");
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var caller = http.CallerId();
        await idempotency.Run(
            http,
            DocumentJson.Default.DocumentView,
            key => documents.Announce(new NewDocument(caller, name, type, body.Bytes!.Value, key)),
            document => Announced(http, document));
    }

    private async Task Announced(HttpContext http, DocumentView document)
    {
        http.Response.Headers.Location = $"/v1/documents/{document.Id}";
        await Responses.Json(
            http, StatusCodes.Status201Created,
            new AnnouncedDocumentResponse(DocumentResponse.Of(document, download: null), UploadResponse.Of(await documents.Upload(document))),
            ApiJson.Default.AnnouncedDocumentResponse);
    }

    private Task Complete(HttpContext http, Guid id) => idempotency.Run(
        http,
        DocumentJson.Default.DocumentView,
        _ => documents.Complete(http.CallerId(), id),
        document => Show(http, document, StatusCodes.Status202Accepted));

    private async Task Get(HttpContext http, Guid id) =>
        await Show(http, await documents.Get(http.CallerId(), id), StatusCodes.Status200OK);

    private async Task Delete(HttpContext http, Guid id)
    {
        await documents.Remove(http.CallerId(), id);
        Responses.NoContent(http);
    }

    private async Task Show(HttpContext http, DocumentView document, int status) => await Responses.Resource(
        http, DocumentResponse.Of(document, await documents.Download(document)), document.Version, ApiJson.Default.DocumentResponse, status);
}
