using Microsoft.Net.Http.Headers;

namespace StyleShare.Objects;

/// <summary>How files of people are handed out, so that no browser takes them for a page of ours.</summary>
public static class Downloads
{
    private static readonly string[] Inert =
    [
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "application/pdf", "application/zip",
    ];

    /// <summary>The <c>Content-Disposition</c> that has it saved under a name (RFC 6266; other than ASCII by RFC 8187).</summary>
    public static string Disposition(string name)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        return disposition.ToString();
    }

    /// <summary>The type under which it is handed out: its own, if browsers run nothing of that type.</summary>
    public static string TypeOf(string? contentType) =>
        contentType is not null && (Inert.Contains(contentType, StringComparer.Ordinal)
            || (contentType.StartsWith("application/vnd.", StringComparison.Ordinal) && !contentType.EndsWith("xml", StringComparison.Ordinal)))
            ? contentType
            : "application/octet-stream";
}
