using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StyleShare.Api.Conventions;
using StyleShare.Objects;

namespace StyleShare.Api;

/// <summary><c>/objects</c>: the objects of the folder store, to whom a signature or <c>public/</c> lets in; not there with S3.</summary>
internal sealed class Objects(
    FolderObjectStore store, ObjectSignatures signatures, IOptions<ObjectOptions> options, TimeProvider clock)
{
    private const string Pattern = PublicObjects.FolderPath + "{**key}";

    public void Map(IEndpointRouteBuilder app)
    {
        if (options.Value.Store != ObjectStoreKind.Folder)
            return;
        var timeout = new RequestTimeoutPolicy
        {
            Timeout = options.Value.TransferLasts,
            WriteTimeoutResponse = http => Problems.Unavailable(http, "timeout", "It took too long; nothing was kept."),
        };
        app.MapMethods(Pattern, ["PUT"], (RequestDelegate)Put).WithRequestTimeout(timeout);
        app.MapMethods(Pattern, ["GET", "HEAD"], (RequestDelegate)Get).WithRequestTimeout(timeout);
        app.MapMethods(Pattern, ["OPTIONS"], (RequestDelegate)Preflight);
    }

    private async Task Put(HttpContext http)
    {
        AllowAllOrigins(http);
        if (await Signed(http, "PUT") is not { } signed)
            return;
        // Whoever sends Expect: 100-continue has sent nothing of the body yet.
        if (!string.Equals(http.Request.ContentType, signed.ContentType, StringComparison.OrdinalIgnoreCase))
            await BadSignature(http, "It was signed for another Content-Type.");
        else if (http.Request.ContentLength > signed.Bytes)
            await TooLarge(http);
        else if (http.Request.ContentLength is { } length && length != signed.Bytes)
            await TooShort(http);
        else
            await Store(http, signed);
    }

    private async Task Store(HttpContext http, SignedObject signed)
    {
        // The store counts, and takes not a byte more; the server would count what frames chunks, too.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        try
        {
            await using var body = new BodyStream(http.Request.BodyReader);
            await store.Put(signed.Key, body, signed.Bytes, new ObjectMeta(signed.ContentType!), http.RequestAborted);
            Responses.NoContent(http);
        }
        catch (ObjectLengthException e)
        {
            await (e.IsLonger ? TooLarge(http) : TooShort(http));
        }
    }

    private async Task Get(HttpContext http)
    {
        AllowAllOrigins(http);
        var key = KeyOf(http);
        var isPublic = ObjectKeys.IsPublic(key);
        SignedObject? signed = null;
        if (!isPublic)
        {
            signed = await Signed(http, "GET");
            if (signed is null)
                return;
        }

        var found = ObjectKeys.IsKey(key) ? await store.Get(key, cancellation: http.RequestAborted) : null;
        if (found is null)
        {
            await Problems.NotFound(http, "object");
            return;
        }

        await using (found)
            await Send(http, found, signed);
    }

    // Ranges and conditions are the framework's (RFC 9110, 13 and 14).
    private static async Task Send(HttpContext http, ObjectContent found, SignedObject? signed)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = signed is null ? found.Head.CacheControl : "private, no-store";
        // Nothing that people uploaded runs here, whatever a browser makes of it.
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (signed?.DownloadName is { } name)
            headers.ContentDisposition = Downloads.Disposition(name);
        var type = signed is null ? found.Head.ContentType : Downloads.TypeOf(found.Head.ContentType);
        await Results.Stream(
            found.Content, type, lastModified: found.Head.ModifiedAt, entityTag: new EntityTagHeaderValue($"\"{found.Head.ETag}\""),
            enableRangeProcessing: true).ExecuteAsync(http);
    }

    // What S3's CORS rules say for a bucket: the signature is the permission, and no cookie or token is.
    private static Task Preflight(HttpContext http)
    {
        AllowAllOrigins(http);
        var headers = http.Response.Headers;
        headers.AccessControlAllowMethods = "GET, HEAD, PUT";
        headers.AccessControlAllowHeaders = "content-type, range, if-none-match";
        headers.AccessControlMaxAge = TimeSpan.FromHours(1).TotalSeconds.ToString(CultureInfo.InvariantCulture);
        Responses.NoContent(http);
        return Task.CompletedTask;
    }

    private static void AllowAllOrigins(HttpContext http)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlExposeHeaders = "ETag, Content-Range";
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    private async Task<SignedObject?> Signed(HttpContext http, string method)
    {
        var signed = signatures.Read(http.Request.Query[ObjectSignatures.Parameter]);
        if (signed is null || signed.Method != method || signed.Key != KeyOf(http))
        {
            await BadSignature(http, "The address is not signed for this.");
            return null;
        }

        if (clock.GetUtcNow() < signed.ExpiresAt)
            return signed;
        await Problems.Write(http, 403, "signature_expired", "The address was good for a while only; ask for a new one.");
        return null;
    }

    private static string KeyOf(HttpContext http) => http.Request.RouteValues["key"] as string ?? "";

    private static Task BadSignature(HttpContext http, string detail) => Problems.Write(http, 403, "bad_signature", detail);

    private static Task TooLarge(HttpContext http) =>
        Problems.Write(http, 413, "body_too_large", "There are more bytes than were announced; nothing was kept.");

    private static Task TooShort(HttpContext http) =>
        Problems.Write(http, 400, "body_too_short", "There are fewer bytes than were announced; nothing was kept.");
}
