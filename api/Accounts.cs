using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.People;

namespace StyleShare.Api;

/// <summary><c>/v1/accounts</c>: signing up.</summary>
internal sealed class Accounts(IGrainFactory grains, Ids ids, Pictures pictures, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1) =>
        v1.Post("/accounts", SignUp).AllowAnonymous().Limit(Limited.SignUp)
            .Describe("Accounts", "signUp", "Make an account", "Makes an account and its first session.")
            .Takes<SignUpRequest>(Examples.SignUpMina, Examples.SignUpJuno)
            .Gives<SignUpResponse>(201, Examples.SignedUpMina, Examples.SignedUpJuno)
            .Fails(409, "handle_taken", "email_taken");

    private async Task SignUp(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.SignUpRequest) is not { } body)
            return;
        var fields = new Fields();
        var handle = fields.HandleOf("handle", body.Handle);
        var email = fields.EmailOf("email", body.Email);
        var password = fields.PasswordOf("password", body.Password);
        var displayName = fields.Required("displayName", body.DisplayName, ProfileText.DisplayName);
        var locale = fields.LocaleOf("locale", body.Locale);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await idempotency.Run(
            http,
            AccountJson.Default.SignedUp,
            key => grains.GetGrain<IAccountGrain>(ids.Next()).SignUp(new(handle, email, password, displayName, locale, key)),
            signedUp => Show(http, signedUp));
    }

    private Task Show(HttpContext http, SignedUp signedUp)
    {
        var (user, tokens) = signedUp;
        http.Response.Headers.Location = $"/v1/users/{user.Id}";
        http.Response.Headers.CacheControl = "no-store";
        var answer = new SignUpResponse(
            UserResponse.Of(user, following: 0, viewer: null, pictures), tokens.AccessToken, tokens.RefreshToken, tokens.ExpiresIn);
        return Responses.Json(http, StatusCodes.Status201Created, answer, ApiJson.Default.SignUpResponse);
    }
}
