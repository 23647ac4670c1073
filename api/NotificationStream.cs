using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Notifications;
using StyleShare.Silos;

namespace StyleShare.Api;

/// <summary><c>/v1/notifications/stream</c>: the caller's inbox as it changes.</summary>
/// <remarks>
/// It waits at the inbox's grain, wherever that is, and reads the lines that changed when there are some; nothing is polled.
/// The id of an event is the inbox's position: who comes back with it gets what changed since, on whatever silo.
/// </remarks>
internal sealed class NotificationStream(
    IGrainFactory grains,
    NotificationQueries queries,
    NotificationLists lists,
    LiveStreams streams,
    RevokedSessions revoked,
    IDrain drain,
    TimeProvider clock,
    IOptions<NotificationOptions> options)
{
    private const int Part = 50;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private readonly NotificationOptions _options = options.Value;

    public void Map(IEndpointRouteBuilder v1) => v1.Get("/notifications/stream", Get).DisableRequestTimeout()
        .Describe("Notifications", "streamNotifications", "One's inbox as it changes",
            "Server-sent events: `notification` (a new or changed line), `gone` (`{id}`) and `unread` (`{count}`). "
            + "Come back with `Last-Event-ID` and get what changed since; the server ends the stream now and then.")
        .GivesEvents().Fails(400, "bad_last_event_id").Fails(503, "too_many_streams");

    private async Task Get(HttpContext http)
    {
        if (!ServerSentEvents.TryReadPosition(http, out var position))
        {
            await Problems.Write(http, 400, "bad_last_event_id", "Last-Event-ID must be the id of an event of this stream.");
            return;
        }

        using var place = streams.TryEnter(http.CallerId());
        if (place is null)
        {
            await Problems.Unavailable(http, "too_many_streams", "There are as many live streams as this server can have.");
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, drain.Draining, place.Closed);
        using var lasts = new CancellationTokenSource(_options.StreamLasts, clock);
        await using var ended = lasts.Token.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), end);
        var state = await grains.GetGrain<IInboxGrain>(http.CallerId()).State();
        try
        {
            await Follow(http, await ServerSentEvents.Begin(http, Retry, end.Token), position, state, end.Token);
        }
        catch (Exception e) when (end.IsCancellationRequested || e is OrleansException or TimeoutException or OperationCanceledException)
        {
            // The client left, the time is over, the silo goes, or the grain moves: who is there comes back, and misses nothing.
        }
    }

    private async Task Follow(HttpContext http, ServerSentEvents events, long? seen, InboxState state, CancellationToken end)
    {
        var caller = (Caller)http.User;
        var inbox = grains.GetGrain<IInboxGrain>(caller.UserId);
        var position = seen ?? state.Position;
        await Send(caller.UserId, events, position, state, end);
        while (!end.IsCancellationRequested && !revoked.Contains(caller.SessionId))
        {
            position = state.Position;
            state = await inbox.WaitFor(position, _options.Heartbeat).WaitAsync(end);
            if (state.Position == position)
            {
                // Early if the grain moves: it is not asked again and again until it is there.
                await events.Alive();
                await Task.Delay(_options.StreamPause, clock, end);
                continue;
            }

            await Send(caller.UserId, events, position, state, end);
            await Task.Delay(_options.StreamPause, clock, end);
        }
    }

    // Lines in the order in which they changed, then how many are unread. Only with that does the client have everything of
    // the position, so only that has its id: who is cut off in between gets the lines again.
    private async Task Send(Guid caller, ServerSentEvents events, long since, InboxState state, CancellationToken end)
    {
        var locale = await lists.LocaleOf(caller);
        var line = Guid.AllBitsSet;
        while (true)
        {
            var part = await queries.Changed(caller, since, line, state.Position, Part, end);
            var shown = await lists.Show(part, caller, locale);
            for (var i = 0; i < shown.Length; i++)
            {
                if (shown[i] is { } notification)
                    events.Add("notification", null, notification, ApiJson.Default.NotificationResponse);
                else
                    events.Add("gone", null, new GoneResponse(part[i].Id), ApiJson.Default.GoneResponse);
            }

            if (part.Length < Part)
                break;
            (since, line) = (part[^1].Changed, part[^1].Id);
            await events.Flush();
        }

        events.Add("unread", state.Position, new UnreadResponse(state.Unread), ApiJson.Default.UnreadResponse);
        await events.Flush();
    }
}
