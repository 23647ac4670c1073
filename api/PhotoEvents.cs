using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Photos;
using StyleShare.Silos;

namespace StyleShare.Api;

/// <summary><c>/v1/photos/{id}/events</c>: how far a photo is, until it is ready or rejected.</summary>
/// <remarks>It waits at the photo's grain, wherever that is. Who comes back is told where it stands now; nothing else counts.</remarks>
internal sealed class PhotoEvents(
    IGrainFactory grains,
    Pictures pictures,
    LiveStreams streams,
    RevokedSessions revoked,
    IDrain drain,
    TimeProvider clock,
    IOptions<PhotoOptions> options)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly PhotoOptions _options = options.Value;

    public void Map(IEndpointRouteBuilder v1) => v1.Get("/photos/{id}/events", "photo", Get).DisableRequestTimeout()
        .Describe("Photos", "streamPhoto", "A photo on its way",
            "Server-sent events: `progress` (`{state, percent}`), then `ready` or `rejected` with the whole photo, and then the stream ends.")
        .At(Examples.PhotoId)
        .GivesEvents().Fails(404, "photo_not_found").Fails(503, "too_many_streams");

    private async Task Get(HttpContext http, Guid id)
    {
        var caller = (Caller)http.User;
        if (await grains.GetGrain<IPhotoGrain>(id).View(caller.UserId) is not { } status)
        {
            await Problems.NotFound(http, "photo");
            return;
        }

        using var place = streams.TryEnter(caller.UserId, "photos", _options.MaxStreamsOfPerson);
        if (place is null)
        {
            await Problems.Unavailable(http, "too_many_streams", "There are as many live streams as this server can have.");
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, drain.Draining, place.Closed);
        using var lasts = new CancellationTokenSource(_options.StreamLasts, clock);
        await using var ended = lasts.Token.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), end);
        try
        {
            await Follow(id, caller, await ServerSentEvents.Begin(http, Retry, end.Token), status, end.Token);
        }
        catch (Exception e) when (end.IsCancellationRequested || e is OrleansException or TimeoutException or OperationCanceledException)
        {
            // The client left, the time is over, the silo goes, or the grain moves: who is there comes back, and misses nothing.
        }
    }

    private async Task Follow(Guid id, Caller caller, ServerSentEvents events, PhotoStatus status, CancellationToken end)
    {
        var photo = grains.GetGrain<IPhotoGrain>(id);
        while (!status.Photo.IsFinal)
        {
            events.Add("progress", null, new ProgressResponse(Pictures.NameOf(status.Photo.State), status.Percent), ApiJson.Default.ProgressResponse);
            await events.Flush();
            if (await Next(photo, caller, events, status, end) is not { } next)
                return;
            status = next;
        }

        events.Add(Pictures.NameOf(status.Photo.State), null, pictures.Photo(status.Photo), ApiJson.Default.PhotoResponse);
        await events.Flush();
    }

    // Null if the photo is gone, or its owner's session.
    private async Task<PhotoStatus?> Next(IPhotoGrain photo, Caller caller, ServerSentEvents events, PhotoStatus status, CancellationToken end)
    {
        while (!end.IsCancellationRequested && !revoked.Contains(caller.SessionId))
        {
            var next = await photo.WaitFor(caller.UserId, status.Position, _options.Heartbeat).WaitAsync(end);
            if (next is null || next.Position != status.Position)
                return next;
            // Early if the grain moves: it is not asked again and again until it is there.
            await events.Alive();
            await Task.Delay(Pause, clock, end);
        }

        return null;
    }
}
