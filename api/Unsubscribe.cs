using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Mail;
using StyleShare.People;

namespace StyleShare.Api;

/// <summary><c>/v1/unsubscribe</c>: where the links in mails lead that end such mails.</summary>
internal sealed class Unsubscribe(UnsubscribeLinks links, IGrainFactory grains)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/unsubscribe/{token}", Leave).AllowAnonymous().Limit(Limited.Write)
            .Describe("Notifications", "unsubscribe", "End a kind of mail",
                "What mail programs call for their unsubscribe button (RFC 8058); the link's token is all that it takes.")
            .At(Examples.UnsubscribeToken).Gives(204)
            .Fails(404, "unsubscribe_link_not_found");
        v1.MapMethods("/unsubscribe/{token}", ["GET"], (RequestDelegate)Show).AllowAnonymous();
    }

    private async Task Leave(HttpContext http)
    {
        if (await links.Leave(http.Text("token")) is not { } user)
            await Problems.NotFound(http, "unsubscribe_link");
        else if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            Responses.NoContent(http); // a mail program; browsers say that they want a page
        else if (await LocaleOf(http, user) is Locale.Korean)
            await HtmlPages.Say(http, StatusCodes.Status200OK, Locale.Korean, "이 메일을 더 이상 보내지 않습니다.");
        else
            await HtmlPages.Say(http, StatusCodes.Status200OK, Locale.English, "You will get no more of these mails.");
    }

    private async Task Show(HttpContext http)
    {
        if (links.OwnerOf(http.Text("token")) is not { } user)
            await Problems.NotFound(http, "unsubscribe_link");
        else if (await LocaleOf(http, user) is Locale.Korean)
            await HtmlPages.Ask(http, Locale.Korean, "StyleShare의 이 메일을 그만 받으시겠습니까?", "수신 거부");
        else
            await HtmlPages.Ask(http, Locale.English, "Do you want to get no more of these mails from StyleShare?", "Unsubscribe");
    }

    private async Task<string> LocaleOf(HttpContext http, Guid user) =>
        HtmlPages.LocaleOf(http, (await grains.GetGrain<IUserGrain>(user).Me())?.Locale);
}
