using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using StyleShare.Api.Contracts;

namespace StyleShare.Api.Conventions;

/// <summary>Which part of which list is asked for.</summary>
/// <param name="List">Names the list and whose it is; binds the cursor.</param>
/// <param name="After">Where the part starts; null for the beginning.</param>
/// <param name="Limit">How many items at the most.</param>
internal sealed record PageRequest(string List, Position? After, int Limit);

/// <summary>Reads <c>limit</c> and <c>cursor</c>, and writes <c>items</c>, <c>next</c> and the <c>Link</c> header (RFC 8288).</summary>
internal sealed class Pages(IOptions<ApiOptions> options)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;
    private readonly string _base = options.Value.PublicUrl?.GetLeftPart(UriPartial.Path).TrimEnd('/') ?? "";

    /// <summary>What is asked for; null, with the problem written, if it cannot be.</summary>
    public static async Task<PageRequest?> Read(HttpContext http, string list)
    {
        var limit = DefaultLimit;
        if (http.Request.Query.TryGetValue("limit", out var given)
            && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            await Problems.Write(http, 400, "bad_limit", "limit must be a number from 1 to 100.");
            return null;
        }

        if (!http.Request.Query.TryGetValue("cursor", out var cursor))
            return new PageRequest(list, After: null, limit);
        if (cursor.Count == 1 && Cursors.TryRead(list, cursor[0] ?? "", out var after))
            return new PageRequest(list, after, limit);
        await Problems.Write(http, 400, "bad_cursor", "cursor must be the next of the same list.");
        return null;
    }

    /// <summary>Answers with a part of the list.</summary>
    public Task Write<T, TShown>(
        HttpContext http, PageRequest request, Page<T> page, Func<T, TShown> show, JsonTypeInfo<ListResponse<TShown>> type)
    {
        var items = ImmutableArray.CreateRange(page.Items, show);
        var next = page.Next is { } position ? Cursors.Write(request.List, position) : null;
        if (next is not null)
            http.Response.Headers.Link = LinkTo(http.Request, request.Limit, next);
        http.Response.Headers.CacheControl = "private, no-cache";
        return Responses.Json(http, StatusCodes.Status200OK, new ListResponse<TShown>(items, next), type);
    }

    private string LinkTo(HttpRequest request, int limit, string next) => string.Create(
        CultureInfo.InvariantCulture,
        $"<{_base}{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}?{Filter(request)}limit={limit}&cursor={next}>; rel=\"next\"");

    // What else the list was asked with: the cursor is good for that list only.
    private static string Filter(HttpRequest request) => request.Query.Count == 0 ? "" : string.Concat(
        from parameter in request.Query
        where parameter.Key is not ("limit" or "cursor")
        from value in parameter.Value
        select $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(value ?? "")}&");
}
