namespace StyleShare.Api;

/// <summary>What the page may do in a browser (CSP level 3): nothing but what it needs, so that what people write stays text.</summary>
internal sealed class ContentPolicy
{
    private readonly string _value = Of(pictures: "", uploads: "");

    /// <summary>The value of <c>Content-Security-Policy</c>.</summary>
    public ValueTask<string> Value(CancellationToken cancellation) => ValueTask.FromResult(_value);

    // Trusted types: the browser itself refuses to make markup from a text.
    private static string Of(string pictures, string uploads) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        + $"img-src 'self' blob:{pictures}; connect-src 'self'{uploads}; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
}
