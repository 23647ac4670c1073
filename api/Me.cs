using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.People;

namespace StyleShare.Api;

/// <summary><c>/v1/me</c>: the caller's own profile.</summary>
internal sealed class Me(IGrainFactory grains, Pictures pictures)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Get("/me", Get)
            .Describe("Accounts", "getMe", "See oneself", "The profile with what only its owner may see.")
            .Gives<MeResponse>(200, Examples.Me).HasETag();
        v1.Patch("/me", Edit).Limit(Limited.Write)
            .Describe("Accounts", "editMe", "Edit one's profile", "What is absent stays; null empties the bio or takes the avatar away.")
            .Takes<EditMeRequest>(Examples.EditMe)
            .Gives<MeResponse>(200, Examples.EditedMe).HasIfMatch()
            .Fails(409, "email_taken").Fails(422, "unknown_photo", "photo_rejected");
        v1.Delete("/me", Erase).Limit(Limited.Write)
            .Describe("Accounts", "eraseMe", "Erase one's account",
                "Nobody sees the person or anything of theirs from here on; the data is erased soon after.")
            .Gives(202);
    }

    private async Task Get(HttpContext http)
    {
        var caller = http.CallerId();
        var following = grains.GetGrain<IFollowingGrain>(caller).Of(caller);
        if (await grains.GetGrain<IUserGrain>(caller).Me() is { } me)
            await Show(http, me, (await following).Count);
        else
            await Problems.NotFound(http, "user");
    }

    private async Task Edit(HttpContext http)
    {
        var caller = http.CallerId();
        if (await ETags.Read(http) is not { } match || await Bodies.Read(http, ApiJson.Default.EditMeRequest) is not { } body)
            return;
        var fields = new Fields();
        var command = Command(fields, body);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var user = grains.GetGrain<IUserGrain>(caller);
        if (match.IsConditional)
        {
            if (await user.Me() is not { } current || !match.Allows(current.User.Version))
            {
                await IfMatch.Refuse(http);
                return;
            }

            command = command with { IfVersion = current.User.Version };
        }

        var edited = await user.Edit(command);
        await Show(http, edited, (await grains.GetGrain<IFollowingGrain>(caller).Of(caller)).Count);
    }

    private static EditProfile Command(Fields fields, EditMeRequest body) => new(
        body.HasDisplayName ? fields.Required("displayName", body.DisplayName, ProfileText.DisplayName) : null,
        body.HasBio ? fields.Optional("bio", body.Bio, ProfileText.Bio) : null,
        fields.IdOf("avatarPhotoId", body.AvatarPhotoId),
        ClearAvatar: body is { HasAvatar: true, AvatarPhotoId: null },
        body.HasLocale ? fields.LocaleOf("locale", fields.Present("locale", body.Locale)) : null,
        body.HasEmail ? fields.EmailOf("email", body.Email) : null,
        IfVersion: null);

    private async Task Erase(HttpContext http)
    {
        await grains.GetGrain<IAccountGrain>(http.CallerId()).Erase();
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private Task Show(HttpContext http, OwnView me, int following) =>
        Responses.Resource(http, MeResponse.Of(me, following, pictures), me.User.Version, ApiJson.Default.MeResponse);
}
