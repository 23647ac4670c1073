using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which Mina keeps a receipt.</summary>
internal static class DocumentExamples
{
    public const string DocumentId = "0199d1a5-c000-7b26-9d71-a07d8e9fabcd";

    private const int Bytes = 48_213;
    private static readonly DateTime At = new(2026, 3, 2, 9, 50, 0, DateTimeKind.Utc);

    public static readonly BodyExample Announce = Examples.Example(
        "receipt", "A receipt", new AnnounceDocumentRequest("application/pdf", Bytes, "Receipt 4711.pdf"),
        ApiJson.Default.AnnounceDocumentRequest);

    public static readonly BodyExample Announced = Examples.Example(
        "receipt", "The document, and where its bytes go",
        new AnnouncedDocumentResponse(
            Of("awaitingUpload", download: null),
            new UploadResponse(
                "PUT", "http://localhost:8080/objects/private/documents/0199d1a5c0007b269d71a07d8e9fabcd?signature=CfDJ8",
                new Dictionary<string, string>(StringComparer.Ordinal) { ["Content-Type"] = "application/pdf" }, At.AddMinutes(15))),
        ApiJson.Default.AnnouncedDocumentResponse);

    public static readonly BodyExample Ready = Examples.Example(
        "receipt", "It can be downloaded",
        Of("ready", new DownloadResponse(
            "http://localhost:8080/objects/private/documents/0199d1a5c0007b269d71a07d8e9fabcd?signature=CfDJ9", At.AddMinutes(16))),
        ApiJson.Default.DocumentResponse);

    private static DocumentResponse Of(string state, DownloadResponse? download) => new(
        Guid.Parse(DocumentId), state, Reason: null, "Receipt 4711.pdf", "application/pdf", Bytes, At, download);
}
