using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using StyleShare.People;

namespace StyleShare.Api.Conventions;

/// <summary>
/// The few pages that links in mails lead to, for those who have no app at hand. A link alone does nothing: programs that look
/// into mails follow links, and must not confirm or end anything by it. A button sends the form.
/// </summary>
internal static class HtmlPages
{
    // No scripts, nothing from elsewhere, not in anybody's frame, and forms go back to us only.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The language to show: the one that is known of the person, or what the browser prefers.</summary>
    public static string LocaleOf(HttpContext http, string? known) =>
        known ?? (http.Request.Headers.AcceptLanguage.ToString().StartsWith("ko", StringComparison.OrdinalIgnoreCase)
            ? Locale.Korean
            : Locale.English);

    /// <summary>Whether it was a browser's form that sent the request; apps send JSON.</summary>
    public static bool IsForm(HttpContext http) =>
        http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Answers with a page that says something.</summary>
    public static Task Say(HttpContext http, int status, string locale, string text) =>
        Write(http, status, locale, $"<p>{Html.Encode(text)}</p>");

    /// <summary>Answers with a page that asks for a click, and maybe for a new password.</summary>
    public static Task Ask(HttpContext http, string locale, string text, string button, string? passwordLabel = null)
    {
        var field = passwordLabel is null
            ? ""
            : $"<p><label>{Html.Encode(passwordLabel)}<br><input type=\"password\" name=\"password\" minlength=\"10\" maxlength=\"128\" "
                + "autocomplete=\"new-password\" required></label></p>";
        return Write(
            http, StatusCodes.Status200OK, locale,
            $"<p>{Html.Encode(text)}</p><form method=\"post\">{field}<p><button>{Html.Encode(button)}</button></p></form>");
    }

    private static Task Write(HttpContext http, int status, string locale, string body)
    {
        var page = Encoding.UTF8.GetBytes(
            $"<!doctype html><html lang=\"{locale}\"><head><meta charset=\"utf-8\"><title>StyleShare</title>"
            + "<meta name=\"viewport\" content=\"width=device-width\"><style>body{font-family:sans-serif;max-width:30em;margin:3em auto;"
            + "padding:0 1em;line-height:1.5}button,input{font:inherit;padding:.5em 1em}</style></head>"
            + $"<body><h1>StyleShare</h1>{body}</body></html>");
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        // The address has a token in it.
        headers["Referrer-Policy"] = "no-referrer";
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = page.Length;
        http.Response.BodyWriter.Write(page);
        return Task.CompletedTask;
    }
}
