using static StyleShare.Page.Tests.Visitor;

namespace StyleShare.Page.Tests;

/// <summary>Points at shops.</summary>
public sealed class PointsPageTests(Stage stage)
{
    [Fact]
    public async Task A_purchase_shows_in_the_points_and_their_history()
    {
        var (owner, buyer) = (await stage.SignUp("Owner"), await stage.SignUp("Mina"));
        var opened = await owner.Api.Post(
            "/v1/merchants", new { name = "Oat & Linen", currency = "KRW", program = new { earnBps = 500, expiryDays = 365 } });
        var shop = opened.Json["merchant"]!["id"]!.GetValue<string>();
        var till = stage.Api();
        till.Token = opened.Json["apiKey"]!.GetValue<string>();
        await using var visitor = await stage.Visitor(buyer, phone: true);
        await visitor.Go("/points");
        await visitor.Button("Show my code").ClickAsync();
        var code = (await visitor.Page.Locator("output.code").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await visitor.Picture("code-phone");
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Expect(visitor.Button("Show my code")).ToBeFocusedAsync();

        var bought = await till.Post(
            $"/v1/merchants/{shop}/purchases", new { reference = "4711", memberCode = code, amount = 59_000 }, ("Idempotency-Key", "4711"));
        Assert.True(bought.Status == 201, bought.ToString());
        await visitor.Page.ReloadAsync();
        await visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Oat & Linen" }).ClickAsync();
        await Expect(visitor.Heading("Oat & Linen")).ToBeFocusedAsync();
        await Expect(visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Row).Filter(new() { HasText = "4711" })).ToContainTextAsync("+2,950");
        await visitor.Picture("shop-phone");
    }
}
