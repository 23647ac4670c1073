using System.Text.Json.Serialization;
using StyleShare.Documents;
using StyleShare.Objects;

namespace StyleShare.Api.Contracts;

/// <summary>Announces a document.</summary>
/// <param name="ContentType">Its media type, such as <c>application/pdf</c>.</param>
/// <param name="Bytes">How many there will be.</param>
/// <param name="Name">The name under which it is saved: up to 100 characters, no path.</param>
public sealed record AnnounceDocumentRequest(string? ContentType = null, long? Bytes = null, string? Name = null);

/// <summary>A document.</summary>
/// <param name="State"><c>awaitingUpload</c>, <c>ready</c> or <c>rejected</c>.</param>
/// <param name="Reason">Why it was rejected: <c>size_mismatch</c>; absent if it was not.</param>
/// <param name="Download">Where it is; absent until it is ready.</param>
public sealed record DocumentResponse(
    Guid Id,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    string Name,
    string ContentType,
    long Bytes,
    DateTime CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DownloadResponse? Download)
{
    /// <summary>Shows a document.</summary>
    public static DocumentResponse Of(DocumentView document, SignedRequest? download) => new(
        document.Id,
        document.State switch
        {
            DocumentState.AwaitingUpload => "awaitingUpload",
            DocumentState.Ready => "ready",
            _ => "rejected",
        },
        document.State == DocumentState.Rejected ? "size_mismatch" : null,
        document.Name,
        document.ContentType,
        document.Bytes,
        document.CreatedAt.UtcDateTime,
        download is null ? null : new(download.Url.AbsoluteUri, download.ExpiresAt.UtcDateTime));
}

/// <summary>A link that gives a file to whoever has it, for a while.</summary>
public sealed record DownloadResponse(string Url, DateTime ExpiresAt);

/// <summary>A document that was announced, and how to send its bytes.</summary>
public sealed record AnnouncedDocumentResponse(DocumentResponse Document, UploadResponse Upload);
