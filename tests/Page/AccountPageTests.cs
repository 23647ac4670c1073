using Microsoft.Playwright;
using static StyleShare.Page.Tests.Visitor;

namespace StyleShare.Page.Tests;

/// <summary>Coming, staying and leaving.</summary>
public sealed class AccountPageTests(Stage stage)
{
    [Fact]
    public async Task Whoever_signs_up_is_at_home_and_still_there_after_a_reload()
    {
        await using var mina = await stage.Visitor();
        await mina.Page.GotoAsync("/");
        await mina.Picture("welcome-wide");
        await mina.Page.GetByRole(AriaRole.Button, new() { Name = "Sign up", Exact = true }).First.ClickAsync();
        var handle = "mina" + Guid.NewGuid().ToString("n")[..8];
        await mina.Field("Name").FillAsync("Mina");
        await mina.Field("Handle").FillAsync(handle);
        await mina.Field("E-mail").FillAsync(handle + "@example.com");
        await mina.Field("Password").FillAsync("a long passphrase");
        await mina.Field("Password").PressAsync("Enter");
        await Expect(mina.Heading("Home")).ToBeFocusedAsync();

        await mina.Page.ReloadAsync();
        await Expect(mina.Link("My page")).ToHaveAttributeAsync("href", "#/people/" + handle);
        await mina.Go("/settings");
        await mina.Button("Sign out").ClickAsync();
        await Expect(mina.Field("Handle or e-mail")).ToBeVisibleAsync();
        await mina.Page.ReloadAsync();
        await Expect(mina.Field("Handle or e-mail")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_the_field()
    {
        var taken = await stage.SignUp("Somebody");
        await using var visitor = await stage.Visitor(phone: true);
        await visitor.Page.GotoAsync("/");
        await visitor.Picture("welcome-phone");
        await visitor.Field("Handle or e-mail").FillAsync(taken.Handle);
        await visitor.Field("Password").FillAsync("not this one at all");
        await visitor.Page.Locator("button[type=submit]").ClickAsync();
        await Expect(visitor.Field("Password")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(visitor.Field("Password")).ToBeFocusedAsync();
        await Expect(visitor.Field("Password")).ToHaveAccessibleDescriptionAsync("The login or the password is wrong.");

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign up", Exact = true }).First.ClickAsync();
        await visitor.Field("Name").FillAsync("Somebody else");
        await visitor.Field("Handle").FillAsync(taken.Handle);
        await visitor.Field("E-mail").FillAsync("nobody");
        await visitor.Field("Password").FillAsync("short");
        await visitor.Field("Password").PressAsync("Enter");
        await Expect(visitor.Field("E-mail")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(visitor.Field("Password")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(visitor.Field("E-mail")).ToBeFocusedAsync();
        await visitor.Picture("errors-phone");

        await visitor.Field("E-mail").FillAsync(taken.Handle + "@example.org");
        await visitor.Field("Password").FillAsync("long enough now");
        await visitor.Field("Password").PressAsync("Enter");
        await Expect(visitor.Field("Handle")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(visitor.Field("Handle")).ToBeFocusedAsync();
    }
}
