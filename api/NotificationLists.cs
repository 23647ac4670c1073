using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary>Shows lines of inboxes: the lines come from their index, the posts from their grains, all asked at once.</summary>
internal sealed class NotificationLists(IGrainFactory grains, NotificationQueries lines, Visibility visibility, Pages pages, Pictures pictures)
{
    // As with posts: what there is nothing of to see is left out and others are taken in its place, but not without end.
    private const int MaxRounds = 5;

    /// <summary>Answers with a part of the caller's inbox.</summary>
    public async Task Write(HttpContext http, PageRequest request)
    {
        var caller = http.CallerId();
        var locale = await LocaleOf(caller);
        var shown = ImmutableArray.CreateBuilder<NotificationResponse>(request.Limit);
        var next = request.After;
        for (var round = 0; round < MaxRounds && shown.Count < request.Limit; round++)
        {
            var part = await lines.List(caller, next, request.Limit - shown.Count, http.RequestAborted);
            foreach (var line in await Show(part.Items, caller, locale))
            {
                if (line is not null)
                    shown.Add(line);
            }

            next = part.Next;
            if (next is null)
                break;
        }

        var page = new Page<NotificationResponse>(shown.DrainToImmutable(), next);
        await pages.Write(http, request, page, static line => line, ApiJson.Default.ListResponseNotificationResponse);
    }

    /// <summary>The language that a person reads.</summary>
    public async Task<string> LocaleOf(Guid user) => (await grains.GetGrain<IUserGrain>(user).Me())?.Locale ?? Locale.English;

    /// <summary>The lines as they are shown; null in the place of each that there is nothing of to see.</summary>
    public async Task<NotificationResponse?[]> Show(ImmutableArray<ShownLine> part, Guid caller, string locale)
    {
        var posts = new Task<PostResponse?>[part.Length];
        for (var i = 0; i < posts.Length; i++)
            posts[i] = part[i] is { IsThere: true, Line.Thing.Post: { } post } ? Post(post, caller) : Task.FromResult<PostResponse?>(null);
        var found = await Task.WhenAll(posts);
        return [.. part.Select((line, i) =>
            line.IsThere && (line.Line.Thing.Post is null || found[i] is not null) ? NotificationResponse.Of(line, found[i], locale, pictures) : null)];
    }

    private async Task<PostResponse?> Post(Guid id, Guid caller)
    {
        if (await grains.GetGrain<IPostGrain>(id).View(caller) is not { } seen)
            return null;
        return await grains.GetGrain<IUserGrain>(seen.Post.AuthorId).Summary() is { } author
            && !await visibility.IsHidden(caller, seen.Post.AuthorId)
            ? PostResponse.Of(seen.Post, author, seen.Liked, seen.Saved, pictures)
            : null;
    }
}
