using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Development;

namespace StyleShare.Api.Ops;

/// <summary><c>/ops/v1/outbox</c>: what would have been sent if there were credentials.</summary>
internal sealed class Outbox(DevelopmentOutbox outbox)
{
    private static readonly string[] Kinds = ["apns", "fcm", "webpush", "mail", "facebook", "x", "mastodon", "webhook"];

    public void Map(IEndpointRouteBuilder ops) => ops.Get("/outbox", List)
        .Describe("Operations", "listOutbox", "What the development sender kept",
            "Pushes, mails and shares for which the settings have no credentials, newest first, up to 100 of the last ones.")
        .Asks("kind", "`apns`, `fcm`, `webpush`, `mail`, `facebook`, `x`, `mastodon` or `webhook`.").Asks("before", "A `seq`: only messages older than that one.")
        .Gives<OutboxResponse>(200, Examples.Outbox).Fails(400, "invalid_fields");

    private async Task List(HttpContext http)
    {
        var fields = new Fields();
        var kind = http.Request.Query["kind"].ToString();
        if (kind.Length > 0 && !Kinds.Contains(kind))
            fields.Wrong("kind", "Must be apns, fcm, webpush, mail, facebook, x, mastodon or webhook.");
        long? before = null;
        if (http.Request.Query["before"].ToString() is { Length: > 0 } text)
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
                before = seq;
            else
                fields.Wrong("before", "Must be a seq of this list.");
        }

        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var messages = await outbox.Newest(before, kind.Length > 0 ? kind : null, limit: 100, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(
            http,
            StatusCodes.Status200OK,
            new OutboxResponse([.. messages.Select(OutboxMessageResponse.Of)]),
            ApiJson.Default.OutboxResponse);
    }
}
