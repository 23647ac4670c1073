using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Accounts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.People;

namespace StyleShare.Api;

/// <summary><c>/v1/email-verifications</c>: where the link in the mail leads that proves whose an address is.</summary>
internal sealed class EmailVerifications(EmailVerification verification, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/email-verifications", SendAgain).Limit(Limited.Write)
            .Describe("Accounts", "sendEmailVerification", "Get the mail once more", "To the caller's address, if it is not confirmed yet.")
            .Gives(202);
        v1.Post("/email-verifications/{token}", Verify).AllowAnonymous().Limit(Limited.Login)
            .Describe("Accounts", "verifyEmail", "Confirm one's address", "With the token of the link in the mail. A second time changes nothing.")
            .At(Examples.VerificationToken).Gives(204)
            .Fails(422, "bad_verification_token");
        v1.MapMethods("/email-verifications/{token}", ["GET"], (RequestDelegate)Show).AllowAnonymous();
    }

    private Task SendAgain(HttpContext http) => idempotency.Run(
        http, AccountJson.Default.Boolean, key => verification.SendAgain(http.CallerId(), key), _ =>
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        });

    private async Task Verify(HttpContext http)
    {
        if (HtmlPages.IsForm(http))
        {
            await VerifyByForm(http);
            return;
        }

        await idempotency.Run(http, AccountJson.Default.Boolean, key => verification.Verify(http.Text("token"), key), _ =>
        {
            Responses.NoContent(http);
            return Task.CompletedTask;
        });
    }

    private static Task Show(HttpContext http) => HtmlPages.LocaleOf(http, known: null) == Locale.Korean
        ? HtmlPages.Ask(http, Locale.Korean, "이 이메일 주소가 본인의 것임을 확인합니다.", "확인")
        : HtmlPages.Ask(http, Locale.English, "Confirm that this e-mail address is yours.", "Confirm");

    private async Task VerifyByForm(HttpContext http)
    {
        var korean = HtmlPages.LocaleOf(http, known: null) == Locale.Korean;
        var locale = korean ? Locale.Korean : Locale.English;
        try
        {
            await verification.Verify(http.Text("token"), request: null);
            await HtmlPages.Say(http, 200, locale, korean ? "이메일 주소가 확인되었습니다." : "Your e-mail address is confirmed.");
        }
        catch (Refusal e) when (e.Kind == RefusalKind.Unprocessable)
        {
            await HtmlPages.Say(
                http, 422, locale, korean ? "이 링크는 더 이상 사용할 수 없습니다." : "This link is not valid any more.");
        }
    }
}
