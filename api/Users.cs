using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Api;

/// <summary><c>/v1/users</c>: other people, whom they follow and who follows them.</summary>
internal sealed class Users(IGrainFactory grains, PeopleQueries people, PostQueries posts, Visibility visibility, Pages pages, PostLists postLists,
    Pictures pictures)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Get("/users/{idOrHandle}", Get).DisableRequestTimeout()
            .Describe("People", "getUser", "See a person", "By id or by handle.")
            .Gives<UserResponse>(200, Examples.Juno).HasETag()
            .Fails(404, "user_not_found");
        v1.Put("/users/{id}/follow", "user", Follow).Limit(Limited.Write)
            .Describe("People", "follow", "Follow a person", "Following somebody twice is following them once.")
            .Gives(204).Fails(404, "user_not_found").Fails(422, "cannot_follow_self", "too_many_followed");
        v1.Delete("/users/{id}/follow", "user", Unfollow).Limit(Limited.Write)
            .Describe("People", "unfollow", "Follow a person no longer", "Also when one did not.")
            .Gives(204).Fails(404, "user_not_found");
        v1.Put("/users/{id}/block", "user", Block).Limit(Limited.Write)
            .Describe("People", "block", "Block a person", "Ends both follows. Neither sees the other, can follow the other, or is told of what the other does.")
            .Gives(204).Fails(404, "user_not_found").Fails(422, "cannot_block_self", "too_many_avoided");
        v1.Delete("/users/{id}/block", "user", Unblock).Limit(Limited.Write)
            .Describe("People", "unblock", "Block a person no longer", "Follows that the block ended do not come back.")
            .Gives(204);
        v1.Put("/users/{id}/mute", "user", Mute).Limit(Limited.Write)
            .Describe("People", "mute", "Mute a person", "One is told of nothing that they do; they do not learn of it.")
            .Gives(204).Fails(404, "user_not_found").Fails(422, "cannot_mute_self", "too_many_avoided");
        v1.Delete("/users/{id}/mute", "user", Unmute).Limit(Limited.Write)
            .Describe("People", "unmute", "Mute a person no longer", "Also when one did not.")
            .Gives(204);
        v1.Get("/users/{id}/followers", Followers)
            .Describe("People", "listFollowers", "Who follows a person", "Newest first.")
            .GivesList<UserSummaryResponse>(Examples.Followers).Fails(404, "user_not_found");
        v1.Get("/users/{id}/following", Following).At(Examples.MinaId)
            .Describe("People", "listFollowing", "Whom a person follows", "Newest first.")
            .GivesList<UserSummaryResponse>(Examples.Following).Fails(404, "user_not_found");
        v1.Get("/users/{id}/posts", Posts).At(Examples.MinaId)
            .Describe("People", "listPostsOfUser", "A person's posts", "Newest first.")
            .GivesList<PostResponse>(Examples.PostsOfMina).Fails(404, "user_not_found");
    }

    private async Task Get(HttpContext http)
    {
        if (await IdOf(http) is not { } id)
        {
            await Problems.NotFound(http, "user");
            return;
        }

        // All are asked at once; mostly they answer from memory, and nothing waits.
        var caller = http.CallerId();
        var get = grains.GetGrain<IUserGrain>(id).Get();
        var theirs = grains.GetGrain<IFollowingGrain>(id).Of(caller);
        var callers = caller == id ? theirs : grains.GetGrain<IFollowingGrain>(caller).Of(id);
        var between = await visibility.Between(caller, id);

        // Who blocks sees whom, to be able to end it; who is blocked sees nobody there.
        if (await get is not { } user || between.HasFlag(Avoidance.BlockedBy))
        {
            await Problems.NotFound(http, "user");
            return;
        }

        var (followsCaller, following) = await theirs;
        var viewer = new UserViewer((await callers).Follows, followsCaller, between.HasFlag(Avoidance.Blocking), between.HasFlag(Avoidance.Muting));
        await Responses.Resource(http, UserResponse.Of(user, following, viewer, pictures), user.Version, ApiJson.Default.UserResponse);
    }

    private Task<Guid?> IdOf(HttpContext http)
    {
        var text = http.Text("idOrHandle");
        if (Guid.TryParseExact(text, "D", out var id))
            return Task.FromResult<Guid?>(id);
        return Handle.TryFold(text, out var handle)
            ? grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle(handle)).Owner()
            : Task.FromResult<Guid?>(null);
    }

    private async Task Follow(HttpContext http, Guid id)
    {
        await grains.GetGrain<IFollowingGrain>(http.CallerId()).Follow(id);
        Responses.NoContent(http);
    }

    private async Task Unfollow(HttpContext http, Guid id)
    {
        await grains.GetGrain<IFollowingGrain>(http.CallerId()).Unfollow(id);
        Responses.NoContent(http);
    }

    private Task Block(HttpContext http, Guid id) => Avoid(http, avoidance => avoidance.Block(id));

    private Task Unblock(HttpContext http, Guid id) => Avoid(http, avoidance => avoidance.Unblock(id));

    private Task Mute(HttpContext http, Guid id) => Avoid(http, avoidance => avoidance.Mute(id));

    private Task Unmute(HttpContext http, Guid id) => Avoid(http, avoidance => avoidance.Unmute(id));

    private async Task Avoid(HttpContext http, Func<IAvoidanceGrain, Task> change)
    {
        await change(grains.GetGrain<IAvoidanceGrain>(http.CallerId()));
        Responses.NoContent(http);
    }

    private Task Followers(HttpContext http) => List(http, "followers", people.Followers);

    private Task Following(HttpContext http) => List(http, "following", people.Following);

    private async Task List(HttpContext http, string name, Func<Guid, Position?, int, CancellationToken, Task<Page<UserSummary>>> query)
    {
        if (await Person(http) is not { } id || await Pages.Read(http, $"users/{id}/{name}") is not { } request)
            return;
        var page = await query(id, request.After, request.Limit, http.RequestAborted);
        page = await visibility.Only(http.CallerId(), page, static person => person.Id);
        await pages.Write(http, request, page, person => UserSummaryResponse.Of(person, pictures), ApiJson.Default.ListResponseUserSummaryResponse);
    }

    private async Task Posts(HttpContext http)
    {
        if (await Person(http) is not { } id || await Pages.Read(http, $"users/{id}/posts") is not { } request)
            return;
        await postLists.Write(
            http, request, (after, limit) => posts.ByAuthor(id, after, limit));
    }

    // The person in the path; null, with the problem written, if there is none.
    private async Task<Guid?> Person(HttpContext http)
    {
        if (http.TryGetId(out var id)
            && await grains.GetGrain<IUserGrain>(id).Summary() is not null
            && !await visibility.IsHidden(http.CallerId(), id))
            return id;
        await Problems.NotFound(http, "user");
        return null;
    }
}
