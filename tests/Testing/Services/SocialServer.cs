using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace StyleShare.Testing.Services;

/// <summary>A post as a channel has it.</summary>
/// <param name="Channel"><c>facebook</c>, <c>x</c>, <c>mastodon</c> or <c>webhook</c>.</param>
public sealed record SocialPost(string Channel, string Text, string? Link = null);

/// <summary>
/// Facebook's Graph API, X's API, a server of Mastodon's and a person's own server in one, as their documentation describes
/// them; it shares no code with the senders.
/// </summary>
public sealed class SocialServer : ServiceServer
{
    /// <summary>The token that is good everywhere, until it is <see cref="Revoked"/>.</summary>
    public const string Token = "EAAG-token.of_mina";

    /// <summary>The key of the webhook.</summary>
    public const string Secret = "whsec_4f6c2b1d9e8a7c3f";

    private static readonly (int From, int To)[] Light = [(0, 4_351), (8_192, 8_205), (8_208, 8_223), (8_242, 8_247)];

    private readonly ConcurrentDictionary<string, bool> _texts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _statuses = new(StringComparer.Ordinal);

    private SocialServer()
    {
    }

    /// <summary>Whether <see cref="Token"/> and <see cref="Secret"/> are good no longer.</summary>
    public bool Revoked { get; set; }

    /// <summary>Until when more was asked for than each lets in; null for not at all.</summary>
    public DateTimeOffset? LimitedUntil { get; set; }

    /// <summary>How X says when the limit ends, in place of how it does.</summary>
    public string? LimitEndText { get; set; }

    /// <summary>What was posted, in order; what a channel knows to be the same is there once.</summary>
    public ConcurrentQueue<SocialPost> Posts { get; } = new();

    /// <summary>What the webhook was told, in order.</summary>
    public ConcurrentQueue<JsonNode> Told { get; } = new();

    /// <summary>The webhook's address.</summary>
    public string Hook => new Uri(Address, "/hook?key=1").AbsoluteUri;

    /// <summary>Settings of a silo that posts here.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(TrustSettings, StringComparer.Ordinal)
    {
        ["StyleShare:Shares:Facebook:Server"] = new Uri(Address, "/v23.0").AbsoluteUri,
        ["StyleShare:Shares:X:Server"] = Address.AbsoluteUri,
    };

    /// <summary>Starts it.</summary>
    public static async Task<SocialServer> StartAsync()
    {
        var server = new SocialServer();
        await server.ListenAsync();
        return server;
    }

    /// <inheritdoc/>
    protected override Task Serve(HttpContext http, ReceivedRequest request)
    {
        var path = request.Path.Split('/');
        if (LimitedUntil is { } end)
            return Limit(http, path[^1], end);
        return (request.Method, path) switch
        {
            ("POST", ["", "v23.0", var page, "feed"]) => OnFacebook(http, request, page),
            ("POST", ["", "2", "tweets"]) => OnX(http, request),
            ("POST", ["", "api", "v1", "statuses"]) => OnMastodon(http, request),
            ("POST", ["", "hook?key=1"]) => OnHook(http, request),
            _ => Answer(http, 404, new JsonObject()),
        };
    }

    // Each says it in its own way.
    private Task Limit(HttpContext http, string path, DateTimeOffset end)
    {
        if (path == "feed")
            return Answer(http, 400, new JsonObject { ["error"] = new JsonObject { ["message"] = "(#32) Page request limit reached", ["code"] = 32 } });
        if (path == "tweets")
            http.Response.Headers["x-rate-limit-reset"] = LimitEndText ?? end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        else if (path == "statuses")
            http.Response.Headers["X-RateLimit-Reset"] = end.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        else
            http.Response.Headers.RetryAfter = end.ToString("R", CultureInfo.InvariantCulture);
        return Answer(http, 429, new JsonObject());
    }

    private Task OnFacebook(HttpContext http, ReceivedRequest request, string page)
    {
        if (!IsAllowed(request))
            return Error(190, "Error validating access token: The user has not authorized application 1.");
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body));
        if (page is not "me" && !page.All(char.IsAsciiDigit))
            return Error(803, "Some of the aliases you requested do not exist.");
        if (!_texts.TryAdd("facebook" + form["message"] + form["link"], true))
            return Error(506, "Duplicate status message");
        Posts.Enqueue(new("facebook", form["message"].ToString(), form["link"].ToString()));
        return Answer(http, 200, new JsonObject { ["id"] = "111_" + Posts.Count.ToString(CultureInfo.InvariantCulture) });

        // Whatever it is, the status is 400.
        Task Error(int code, string message) => Answer(http, 400, new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = message, ["type"] = "OAuthException", ["code"] = code, ["fbtrace_id"] = "A1" },
        });
    }

    private Task OnX(HttpContext http, ReceivedRequest request)
    {
        if (!IsAllowed(request))
            return Problem(401, "Unauthorized", "Unauthorized");
        var text = JsonNode.Parse(request.Body)!["text"]!.GetValue<string>();
        if (Weight(text) > 280)
            return Problem(400, "Invalid Request", "One or more parameters to your request was invalid.");
        if (!_texts.TryAdd("x" + text, true))
            return Problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.");
        Posts.Enqueue(new("x", text));
        return Answer(http, 201, new JsonObject { ["data"] = new JsonObject { ["id"] = "1", ["text"] = text } });

        Task Problem(int status, string title, string detail) => Answer(http, status, new JsonObject
        {
            ["title"] = title,
            ["detail"] = detail,
            ["type"] = "about:blank",
            ["status"] = status,
        });
    }

    private Task OnMastodon(HttpContext http, ReceivedRequest request)
    {
        if (!IsAllowed(request))
            return Answer(http, 401, new JsonObject { ["error"] = "The access token is invalid" });
        var status = JsonNode.Parse(request.Body)!;
        var text = status["status"]!.GetValue<string>();
        if (new StringInfo(text.Replace(LinkIn(text), "", StringComparison.Ordinal)).LengthInTextElements + 23 > 500)
            return Answer(http, 422, new JsonObject { ["error"] = "Validation failed: Text character limit of 500 exceeded" });
        if (status["language"]!.GetValue<string>().Length != 2)
            return Answer(http, 422, new JsonObject { ["error"] = "Validation failed: Language is invalid" });

        // The same key again: the status of before.
        var id = (_statuses.Count + 1).ToString(CultureInfo.InvariantCulture);
        if (!request.Headers.TryGetValue("idempotency-key", out var key) || _statuses.TryAdd(key, id))
            Posts.Enqueue(new("mastodon", text));
        return Answer(http, 200, new JsonObject { ["id"] = id });
    }

    private Task OnHook(HttpContext http, ReceivedRequest request)
    {
        var parts = request.Headers["styleshare-signature"].Split(',').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        byte[] signed = [.. Encoding.UTF8.GetBytes(parts["t"] + "."), .. request.Body];
        var expected = Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed));
        if (Revoked || !string.Equals(expected, parts["v1"], StringComparison.OrdinalIgnoreCase))
            return Answer(http, 401, new JsonObject());
        if (!_texts.TryAdd("webhook" + request.Headers["styleshare-delivery"], true))
            return Answer(http, 200, new JsonObject());
        var told = JsonNode.Parse(request.Body)!;
        Told.Enqueue(told);
        Posts.Enqueue(new("webhook", told["share"]!["message"]!.GetValue<string>(), told["share"]!["url"]!.GetValue<string>()));
        return Answer(http, 200, new JsonObject());
    }

    private bool IsAllowed(ReceivedRequest request) => !Revoked && request.Headers.GetValueOrDefault("authorization") == "Bearer " + Token;

    // As X's documentation counts: a link is 23, all is 2 but for these ranges.
    private static int Weight(string text)
    {
        var link = LinkIn(text);
        return 23 + text.Replace(link, "", StringComparison.Ordinal).EnumerateRunes().Sum(
            rune => Light.Any(range => rune.Value >= range.From && rune.Value <= range.To) ? 1 : 2);
    }

    private static string LinkIn(string text) => text[text.LastIndexOf("http", StringComparison.Ordinal)..];

    private static async Task Answer(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString());
    }
}
