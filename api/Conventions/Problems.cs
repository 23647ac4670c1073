using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using StyleShare.Api.Contracts;

namespace StyleShare.Api.Conventions;

/// <summary>Answers with an RFC 9457 problem; every refusal of the API goes through here.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";
    private const string TypePrefix = "urn:styleshare:problem:";

    /// <summary>Writes the problem. Once the answer has begun there is no way to say it, and the connection ends.</summary>
    public static Task Write(
        HttpContext http, int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        var traceId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        var problem = new Problem(TypePrefix + code, TitleOf(code), status, detail, code, traceId, errors);
        if (status == StatusCodes.Status401Unauthorized && http.Response.Headers.WWWAuthenticate.Count == 0)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        http.Response.Headers.CacheControl = "no-store";
        return Responses.Json(http, status, problem, ApiJson.Default.Problem, ContentType);
    }

    /// <summary>A thing that is not there, or that the caller may not know of.</summary>
    public static Task NotFound(HttpContext http, string what) => Write(
        http, StatusCodes.Status404NotFound, what + "_not_found", $"There is no such {what}.");

    /// <summary>Something that passes by itself.</summary>
    public static Task Unavailable(HttpContext http, string code, string detail)
    {
        http.Response.Headers.RetryAfter = "1";
        return Write(http, StatusCodes.Status503ServiceUnavailable, code, detail);
    }

    /// <summary>The problem of a rule's no.</summary>
    public static Task Write(HttpContext http, Refusal refusal) =>
        Refused(http, refusal.Kind, refusal.Code, refusal.Message);

    /// <summary>The problem of a rule's no, now or the first time that it was asked.</summary>
    public static Task Refused(HttpContext http, RefusalKind kind, string code, string detail) =>
        kind == RefusalKind.Unavailable ? Unavailable(http, code, detail) : Write(http, StatusOf(kind), code, detail);

    /// <summary>The problem of a status that was set without a body: by routing, by a limit of the server.</summary>
    public static Task OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        404 => Write(http, 404, "not_found", "There is nothing at this address."),
        405 => Write(http, 405, "method_not_allowed", "This address does not take this method; see the Allow header."),
        413 => Write(http, 413, "body_too_large", "The body is larger than a request may be."),
        415 => Write(http, 415, "unsupported_media_type", "The body must be application/json, in UTF-8."),
        >= 500 => Write(http, http.Response.StatusCode, "internal_error", "Something went wrong on our side."),
        var other => Write(http, other, "bad_request", "The request is malformed."),
    };

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        RefusalKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    // "handle_taken" → "Handle taken"
    private static string TitleOf(string code) => string.Create(code.Length, code, static (title, code) =>
    {
        code.AsSpan().Replace(title, '_', ' ');
        title[0] = char.ToUpperInvariant(title[0]);
    });
}
