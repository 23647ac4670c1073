using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using StyleShare.Api.Conventions;

namespace StyleShare.Api;

/// <summary>
/// <c>/</c>: a small client for browsers, which knows the public API only. Its sources are in <c>api/Page</c> and are served as
/// they are, from memory, each compressed once at start.
/// </summary>
internal sealed class ClientPage(ContentPolicy policy)
{
    private const string Forever = "public, max-age=31536000, immutable";
    private readonly FrozenDictionary<string, PageFile> _files = PageFiles.Load();

    // The links of shares lead to posts and shops; the page finds in its own address what to show.
    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var path in new[] { "/", "/posts/{id}", "/merchants/{id}" })
            app.MapMethods(path, ["GET", "HEAD"], (RequestDelegate)Index);
        app.MapMethods("/page/{version}/{name}", ["GET", "HEAD"], (RequestDelegate)File);
        app.MapMethods("/page/{version}/{folder}/{name}", ["GET", "HEAD"], (RequestDelegate)File);
    }

    private async Task Index(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = await policy.Value();
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        await Send(http, _files[PageFiles.Index], "no-cache");
    }

    // While silos of two versions run, a page of one may be asked of the other: it gets what there is, but is not to keep it.
    private Task File(HttpContext http)
    {
        var name = http.Request.RouteValues["folder"] is string folder ? $"{folder}/{http.Text("name")}" : http.Text("name");
        return _files.TryGetValue(name, out var file) && name != PageFiles.Index
            ? Send(http, file, http.Text("version") == file.Version ? Forever : "no-cache")
            : Problems.OfStatus(NotFound(http));
    }

    private static HttpContext NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return http;
    }

    private static async Task Send(HttpContext http, PageFile file, string cache)
    {
        var headers = http.Response.Headers;
        var brotli = TakesBrotli(http.Request);
        // Strong tags tell the encodings of one file apart (RFC 9110, 8.8.3.3).
        var tag = brotli ? file.BrotliTag : file.Tag;
        headers.ETag = tag;
        headers.CacheControl = cache;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (ETags.IsKnown(http.Request.Headers.IfNoneMatch, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var body = brotli ? file.Brotli : file.Plain;
        if (brotli)
            headers.ContentEncoding = "br";
        http.Response.ContentType = file.ContentType;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static bool TakesBrotli(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList([.. request.Headers.AcceptEncoding.OfType<string>()], out var encodings)
        && encodings.Any(encoding => encoding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0);
}
