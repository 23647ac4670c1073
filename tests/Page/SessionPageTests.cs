using static StyleShare.Page.Tests.Visitor;

namespace StyleShare.Page.Tests;

/// <summary>A refresh token is good once, and one that comes twice ends the session; the page must not do that to itself.</summary>
public sealed class SessionPageTests(Stage stage)
{
    private const string Age = """
        () => {
            const session = JSON.parse(localStorage.getItem('styleshare.session'));
            localStorage.setItem('styleshare.session', JSON.stringify({ ...session, endsAt: 0 }));
        }
        """;

    [Fact]
    public async Task Two_tabs_that_renew_at_the_same_moment_stay_signed_in()
    {
        await using var visitor = await stage.Visitor(await stage.SignUp("Mina"));
        var other = await visitor.AnotherTab();
        await other.GotoAsync("/");
        await Expect(other.GetByRole(Microsoft.Playwright.AriaRole.Navigation)).ToBeVisibleAsync();
        for (var round = 0; round < 3; round++)
        {
            await visitor.Page.EvaluateAsync(Age);
            await Task.WhenAll(visitor.Page.ReloadAsync(), other.ReloadAsync());
            await Expect(visitor.Heading("Home")).ToBeFocusedAsync();
            await Expect(other.GetByRole(Microsoft.Playwright.AriaRole.Navigation)).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task An_answer_that_was_lost_on_its_way_ends_no_session()
    {
        await using var visitor = await stage.Visitor(await stage.SignUp("Mina"));
        var lost = 0;
        await visitor.Page.RouteAsync("**/v1/sessions/refresh", async route =>
        {
            if (Interlocked.Increment(ref lost) > 1)
            {
                await route.ContinueAsync();
                return;
            }

            Assert.Equal(200, (await route.FetchAsync()).Status);
            await route.AbortAsync();
        });
        await visitor.Page.EvaluateAsync(Age);
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Heading("Home")).ToBeFocusedAsync();
        Assert.Equal(2, lost);
        await visitor.Go("/points");
        await Expect(visitor.Heading("Points")).ToBeFocusedAsync();
    }
}
