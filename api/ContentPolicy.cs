using StyleShare.Objects;

namespace StyleShare.Api;

/// <summary>What the page may do in a browser (CSP level 3): nothing but what it needs, so that what people write stays text.</summary>
internal sealed class ContentPolicy(PublicObjects pictures, IObjectStore store)
{
    private static readonly TimeSpan Probe = TimeSpan.FromMinutes(1);
    private string? _value;

    /// <summary>The value of <c>Content-Security-Policy</c>.</summary>
    public async ValueTask<string> Value() => _value ??= Of(OriginOf(pictures.Root), await Uploads());

    // Where the bytes of a photo are sent, the store says in each signed request; nothing is sent there by asking.
    private async ValueTask<string> Uploads() => OriginOf((await store.SignPut("uploads/probe", "image/jpeg", 1, Probe)).Url);

    // Trusted types: the browser itself refuses to make markup from a text.
    private static string Of(string pictures, string uploads) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        + $"img-src 'self' blob: {pictures}; connect-src 'self' {uploads}; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static string OriginOf(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
