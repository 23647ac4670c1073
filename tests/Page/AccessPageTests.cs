using Microsoft.Playwright;
using StyleShare.Demo.Pictures;
using static StyleShare.Page.Tests.Visitor;

namespace StyleShare.Page.Tests;

/// <summary>The page for everybody: by keyboard, by screen reader, on a small screen, in one's own language.</summary>
public sealed class AccessPageTests(Stage stage)
{
    private static readonly string[] Views = ["/", "/discover", "/notifications", "/points", "/saved", "/settings", "/tags/ootd"];

    // What a screen reader would have no name for, or a finger could not hit (WCAG 2.2: 2.5.8, 4.1.2).
    private const string Nameless = """
        () => [...document.querySelectorAll('a[href], button, input, textarea, img, [role=img], dialog, nav, [role=group]')]
            .filter(each => each.checkVisibility() && !each.closest('[aria-hidden=true]'))
            .filter(each => {
                const name = each.getAttribute('aria-label') ?? each.getAttribute('alt') ?? each.getAttribute('aria-labelledby')
                    ?? [...(each.labels ?? [])].map(label => label.textContent).join('') + each.textContent;
                const box = each.getBoundingClientRect();
                return (each.tagName === 'IMG' ? name === null : name.trim() === '') || (each.tagName === 'BUTTON' && (box.width < 24 || box.height < 24));
            }).map(each => each.outerHTML.slice(0, 200))
        """;

    [Fact]
    public async Task Everything_has_a_name_and_nothing_is_wider_than_a_phone()
    {
        var mina = await stage.SignUp("Mina");
        var post = await mina.Publish("A caption with a_very_long_word_" + new string('x', 120) + " #ootd");
        await using var visitor = await stage.Visitor(mina, phone: true, scheme: ColorScheme.Dark);
        foreach (var view in Views.Append("/posts/" + post).Append("/people/" + mina.Handle).Append($"/people/{mina.Handle}/followers"))
        {
            await visitor.Go(view);
            await Expect(visitor.Page.Locator("main h1")).ToHaveCountAsync(1);
            await Expect(visitor.Page.Locator("main .loading")).ToHaveCountAsync(0);
            Assert.Empty(await visitor.Page.EvaluateAsync<string[]>(Nameless));
            var wider = await visitor.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(wider == 0, $"{view} is {wider} pixels too wide.");
        }

        await visitor.Picture("followers-dark-phone");
        await visitor.Go("/");
        await Expect(visitor.Posts).ToHaveCountAsync(1);
        await visitor.Picture("feed-dark-phone");
        await visitor.Button("New post").ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Dialog, new() { Name = "New post" })).ToBeVisibleAsync();
        Assert.Empty(await visitor.Page.EvaluateAsync<string[]>(Nameless));
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough()
    {
        var mina = await stage.SignUp("Mina");
        await mina.Publish("Liked without a mouse");
        await using var visitor = await stage.Visitor(mina);
        var keys = visitor.Page.Keyboard;
        await Expect(visitor.Posts).ToHaveCountAsync(1);
        await Reach("New post");
        await keys.PressAsync("Enter");
        var dialog = visitor.Page.GetByRole(AriaRole.Dialog, new() { Name = "New post" });
        await Expect(dialog).ToBeVisibleAsync();

        // The focus goes round in the window, or to the browser's own parts, but not to what is below.
        for (var i = 0; i < 12; i++)
        {
            await keys.PressAsync("Tab");
            Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null"));
        }

        await keys.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(visitor.Button("New post")).ToBeFocusedAsync();
        await Reach("Like, 0 likes");
        await keys.PressAsync("Space");
        await Expect(visitor.Button("Like, 1 like")).ToHaveAttributeAsync("aria-pressed", "true");
        await Reach("1 comment", "0 comments");
        await keys.PressAsync("Enter");
        await Expect(visitor.Heading("Post by Mina")).ToBeFocusedAsync();
        await visitor.Page.GoBackAsync();
        await Expect(visitor.Heading("Home")).ToBeFocusedAsync();

        async Task Reach(params string[] names)
        {
            for (var i = 0; i < 60; i++)
            {
                var focused = await visitor.Page.EvaluateAsync<string>("() => (document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()");
                if (names.Contains(focused, StringComparer.Ordinal))
                {
                    Assert.NotEqual("none", await visitor.Page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
                    return;
                }

                await keys.PressAsync("Tab");
            }

            Assert.Fail($"Tab does not lead to '{names[0]}'.");
        }
    }

    [Fact]
    public async Task Korean_is_spoken_to_those_who_want_it_and_the_switch_holds()
    {
        var mina = await stage.SignUp("김미나", "ko");
        await mina.Publish("오늘의 코디 #데일리룩");
        await using var visitor = await stage.Visitor(mina, "ko-KR", phone: true);
        await Expect(visitor.Heading("홈")).ToBeFocusedAsync();
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "ko");
        await visitor.Picture("feed-korean-phone");
        await visitor.Go("/settings");
        await visitor.Button("English").ClickAsync();
        await Expect(visitor.Heading("Settings")).ToBeVisibleAsync();
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Heading("Settings")).ToBeVisibleAsync();
        Assert.Equal("en", (await mina.Api.Get("/v1/me")).Json["locale"]!.GetValue<string>());
        await visitor.Picture("settings-phone");
    }

    [Fact]
    public async Task A_new_picture_of_oneself_is_shown_everywhere()
    {
        await using var visitor = await stage.Visitor(await stage.SignUp("Mina"));
        await visitor.Go("/settings");
        await visitor.Page.Locator("#avatar-file").SetInputFilesAsync(
            new FilePayload { Name = "me.png", MimeType = "image/png", Buffer = Outfit.DrawFace(9, 400) });
        await Expect(visitor.Page.Locator("nav img.avatar")).ToBeVisibleAsync();
        await visitor.Picture("settings-wide");
    }
}
