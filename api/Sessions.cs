using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;

namespace StyleShare.Api;

/// <summary><c>/v1/sessions</c>: logging in, staying logged in, logging out.</summary>
internal sealed class Sessions(IGrainFactory grains, SignIns signIns, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/sessions", SignIn).AllowAnonymous().Limit(Limited.Login)
            .Describe("Accounts", "signIn", "Log in", "By handle or e-mail address. A wrong login and a wrong password look the same.")
            .Takes<SignInRequest>(Examples.SignIn)
            .Gives<TokensResponse>(201, Examples.Tokens)
            .Fails(401, "bad_credentials");
        v1.Post("/sessions/refresh", Refresh).AllowAnonymous().Limit(Limited.Login)
            .Describe("Accounts", "refreshSession", "Get the next pair of tokens",
                "The refresh token is spent by this; should a spent one come again, the session ends.")
            .Takes<RefreshRequest>(Examples.Refresh)
            .Gives<TokensResponse>(200, Examples.Tokens)
            .Fails(401, "bad_refresh_token");
        v1.Delete("/sessions/current", SignOut).Limit(Limited.Write)
            .Describe("Accounts", "signOut", "Log out", "Ends the session that the access token belongs to.")
            .Gives(204);
    }

    private async Task SignIn(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.SignInRequest) is not { } body)
            return;
        var fields = new Fields();
        var login = fields.Present("login", body.Login);
        var password = fields.Present("password", body.Password);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await idempotency.Run(
            http, AccountJson.Default.Tokens, key => signIns.SignIn(login, password, key), tokens => Show(http, tokens, 201));
    }

    private async Task Refresh(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.RefreshRequest) is not { } body)
            return;
        var fields = new Fields();
        var token = fields.Present("refreshToken", body.RefreshToken);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await idempotency.Run(
            http, AccountJson.Default.Tokens, key => signIns.Refresh(token, key), tokens => Show(http, tokens, 200));
    }

    private async Task SignOut(HttpContext http)
    {
        await grains.GetGrain<ISessionGrain>(((Caller)http.User).SessionId).Revoke();
        Responses.NoContent(http);
    }

    private static Task Show(HttpContext http, Tokens tokens, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        var answer = new TokensResponse(tokens.AccessToken, tokens.RefreshToken, tokens.ExpiresIn);
        return Responses.Json(http, status, answer, ApiJson.Default.TokensResponse);
    }
}
