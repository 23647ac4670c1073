using StyleShare.Objects;

namespace StyleShare.Api.Contracts;

/// <summary>A request that the client makes itself, as it is.</summary>
/// <param name="Headers">To be sent with it, each.</param>
public sealed record UploadResponse(string Method, string Url, IReadOnlyDictionary<string, string> Headers, DateTime ExpiresAt)
{
    /// <summary>Shows a signed request.</summary>
    public static UploadResponse Of(SignedRequest signed) => new(
        signed.Method,
        signed.Url.AbsoluteUri,
        signed.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal),
        signed.ExpiresAt.UtcDateTime);
}
