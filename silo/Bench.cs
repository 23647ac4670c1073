using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using StyleShare.Api;

namespace StyleShare.Silo;

/// <summary>
/// <c>GET /bench/constant?like=/v1/users/…</c>: what the real answer is measured against. It is an endpoint of the same app,
/// behind the same middleware and with the same headers, that gives the same bytes from a constant. Only with
/// <c>StyleShare:Bench:Enabled</c>, which is for machines that measure. <c>GET /bench/memory</c> collects all garbage and tells
/// how many bytes are left.
/// </summary>
internal static class Bench
{
    private const int MaxConstants = 16;

    public static void MapBench(this WebApplication app)
    {
        if (!app.Configuration.GetValue("StyleShare:Bench:Enabled", defaultValue: false))
            return;
        var constants = new ConcurrentDictionary<string, Constant>(StringComparer.Ordinal);
        app.MapGet("/bench/constant", (RequestDelegate)(http => Give(http, constants))).ForCallers();
        app.MapGet("/bench/memory", (RequestDelegate)(http => http.Response.WriteAsync(LiveBytes())));
    }

    private static string LiveBytes() => GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture);

    private static async Task Give(HttpContext http, ConcurrentDictionary<string, Constant> constants)
    {
        var like = http.Request.Query["like"].ToString();
        if (!constants.TryGetValue(like, out var constant))
        {
            if (constants.Count >= MaxConstants || !like.StartsWith("/v1/", StringComparison.Ordinal) || await Capture(http, like) is not { } captured)
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            constant = constants.GetOrAdd(like, captured);
        }

        http.Response.Headers.ETag = constant.ETag;
        http.Response.Headers.CacheControl = constant.CacheControl;
        http.Response.ContentType = constant.ContentType;
        http.Response.ContentLength = constant.Body.Length;
        http.Response.BodyWriter.Write(constant.Body);
    }

    // Asks this silo itself, once, with the caller's own token.
    private static async Task<Constant?> Capture(HttpContext http, string like)
    {
        var connection = http.Features.GetRequiredFeature<IHttpConnectionFeature>();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{connection.LocalPort}") };
        using var request = new HttpRequestMessage(HttpMethod.Get, like);
        request.Headers.TryAddWithoutValidation("Authorization", http.Request.Headers.Authorization.ToString());
        using var answer = await client.SendAsync(request, http.RequestAborted);
        if (!answer.IsSuccessStatusCode)
            return null;
        return new Constant(
            answer.Headers.ETag?.ToString(),
            answer.Headers.CacheControl?.ToString(),
            answer.Content.Headers.ContentType?.ToString(),
            await answer.Content.ReadAsByteArrayAsync(http.RequestAborted));
    }

    private sealed record Constant(string? ETag, string? CacheControl, string? ContentType, byte[] Body);
}
