using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Notifications;

namespace StyleShare.Api;

/// <summary><c>/v1/notifications</c>: the caller's inbox.</summary>
internal sealed class Notifications(IGrainFactory grains, NotificationLists lists)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Get("/notifications", List)
            .Describe("Notifications", "listNotifications", "One's inbox",
                "Newest first. Likes and follows of one thing within an hour are one line, until it is read.")
            .GivesList<NotificationResponse>(Examples.Inbox);
        v1.Get("/notifications/unread", Unread)
            .Describe("Notifications", "countUnread", "How many lines are unread", "For the number on the bell.")
            .Gives<UnreadResponse>(200, Examples.Unread);
        v1.Put("/notifications/read", Read).Limit(Limited.Write)
            .Describe("Notifications", "markRead", "Mark as read",
                "Everything up to a line, that one too. What is read stays read, and what comes later opens a line of its own.")
            .Takes<ReadRequest>(Examples.MarkRead)
            .Gives(204).Fails(404, "notification_not_found");
    }

    private async Task List(HttpContext http)
    {
        if (await Pages.Read(http, $"notifications/{http.CallerId():N}") is { } request)
            await lists.Write(http, request);
    }

    private async Task Unread(HttpContext http)
    {
        var state = await grains.GetGrain<IInboxGrain>(http.CallerId()).State();
        http.Response.Headers.CacheControl = "private, no-cache";
        await Responses.Json(http, StatusCodes.Status200OK, new UnreadResponse(state.Unread), ApiJson.Default.UnreadResponse);
    }

    private async Task Read(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.ReadRequest) is not { } body)
            return;
        var fields = new Fields();
        var upTo = fields.IdOf("upTo", fields.Present("upTo", body.UpTo));
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await grains.GetGrain<IInboxGrain>(http.CallerId()).Read(upTo!.Value);
        Responses.NoContent(http);
    }
}
