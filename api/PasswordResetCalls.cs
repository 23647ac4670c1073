using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.People;

namespace StyleShare.Api;

/// <summary><c>/v1/password-resets</c>: a new password for who has forgotten theirs, by a mail.</summary>
internal sealed class PasswordResetCalls(PasswordResets resets, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/password-resets", Ask).AllowAnonymous().Limit(Limited.Login)
            .Describe("Accounts", "askPasswordReset", "Forgot the password",
                "Sends a mail with a link, if there is an account with this address. The answer does not tell whether there is.")
            .Takes<PasswordResetRequest>(Examples.AskReset)
            .Gives(202);
        v1.Post("/password-resets/{token}", Reset).AllowAnonymous().Limit(Limited.Login)
            .Describe("Accounts", "resetPassword", "Choose a new password",
                "With the token of the mail's link: it works once, within the hour. All sessions end.")
            .At(Examples.ResetToken)
            .Takes<NewPasswordRequest>(Examples.NewPassword)
            .Gives(204)
            .Fails(422, "bad_reset_token");
        v1.MapMethods("/password-resets/{token}", ["GET"], (RequestDelegate)Show).AllowAnonymous();
    }

    private async Task Ask(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.PasswordResetRequest) is not { } body)
            return;
        var fields = new Fields();
        var email = fields.EmailOf("email", body.Email);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await idempotency.Run(http, AccountJson.Default.Boolean, key => resets.Ask(email, key), _ =>
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        });
    }

    private async Task Reset(HttpContext http)
    {
        if (HtmlPages.IsForm(http))
        {
            await ResetByForm(http);
            return;
        }

        if (await Bodies.Read(http, ApiJson.Default.NewPasswordRequest) is not { } body)
            return;
        var fields = new Fields();
        var password = fields.PasswordOf("password", body.Password);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await idempotency.Run(http, AccountJson.Default.Boolean, key => resets.Reset(http.Text("token"), password, key), _ =>
        {
            Responses.NoContent(http);
            return Task.CompletedTask;
        });
    }

    private static Task Show(HttpContext http) => HtmlPages.LocaleOf(http, known: null) == Locale.Korean
        ? HtmlPages.Ask(http, Locale.Korean, "새 비밀번호를 정해 주세요.", "저장", "새 비밀번호 (10자 이상)")
        : HtmlPages.Ask(http, Locale.English, "Choose a new password.", "Save", "New password (10 characters or more)");

    private async Task ResetByForm(HttpContext http)
    {
        var korean = HtmlPages.LocaleOf(http, known: null) == Locale.Korean;
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!Password.TryPrepare(form["password"].ToString(), out var password))
        {
            await Say(400, "비밀번호는 10자에서 128자여야 합니다. 뒤로 가서 다시 시도해 주세요.",
                "A password has 10 to 128 characters. Please go back and try again.");
            return;
        }

        try
        {
            await resets.Reset(http.Text("token"), password, request: null);
        }
        catch (Refusal e) when (e.Kind == RefusalKind.Unprocessable)
        {
            await Say(422, "이 링크는 더 이상 사용할 수 없습니다. 비밀번호 재설정을 다시 요청해 주세요.",
                "This link is not valid any more. Please ask for another one.");
            return;
        }

        await Say(200, "비밀번호가 변경되었습니다. 새 비밀번호로 로그인해 주세요.", "Your password is changed. Please log in with it.");

        Task Say(int status, string inKorean, string inEnglish) =>
            HtmlPages.Say(http, status, korean ? Locale.Korean : Locale.English, korean ? inKorean : inEnglish);
    }
}
