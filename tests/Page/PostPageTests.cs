using Microsoft.Playwright;
using StyleShare.Demo.Pictures;
using static StyleShare.Page.Tests.Visitor;

namespace StyleShare.Page.Tests;

/// <summary>Posts, photos, and what people do with them.</summary>
public sealed class PostPageTests(Stage stage)
{
    [Fact]
    public async Task Photos_are_uploaded_while_one_writes_and_shown_to_those_who_follow()
    {
        var (mina, juno) = (await stage.SignUp("Mina"), await stage.SignUp("Juno"));
        Assert.Equal(204, (await juno.Api.Put($"/v1/users/{mina.Id}/follow")).Status);
        await using var author = await stage.Visitor(mina, phone: true);
        await author.Button("New post").ClickAsync();
        await author.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload[]
        {
            new() { Name = "coat.png", MimeType = "image/png", Buffer = Outfit.Draw(11, 900, 1125) },
            new() { Name = "skirt.png", MimeType = "image/png", Buffer = Outfit.Draw(12, 1200, 900) },
        });
        await Expect(author.Page.GetByText("Ready", new() { Exact = true })).ToHaveCountAsync(2);
        await author.Picture("compose-phone");
        await author.Field("Caption").FillAsync("Two coats #ootd");
        await author.Button("Publish").ClickAsync();
        var post = author.Posts.First;
        await Expect(post.GetByRole(AriaRole.Img, new() { Name = "Photo by Mina: Two coats #ootd, photo 1 of 2" })).ToBeVisibleAsync();
        await Expect(post.Locator(".frame.seen")).Not.ToHaveCountAsync(0);
        Assert.EndsWith(".webp", await post.Locator("img").First.EvaluateAsync<string>("image => image.currentSrc"), StringComparison.Ordinal);
        await author.Picture("feed-phone");

        await using var reader = await stage.Visitor(juno);
        var seen = reader.Posts.First;
        await Expect(seen.GetByRole(AriaRole.Link, new() { Name = "#ootd" })).ToHaveAttributeAsync("href", "#/tags/ootd");
        await seen.GetByRole(AriaRole.Button, new() { Name = "Next photo" }).ClickAsync();
        await Expect(seen.GetByText("2 / 2")).ToBeVisibleAsync();
        await reader.Picture("feed-wide");
        await reader.Go("/people/" + mina.Handle);
        await Expect(reader.Link("Photo by Mina: Two coats #ootd")).ToBeVisibleAsync();
        await reader.Picture("person-wide");
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_named_and_the_rest_can_be_published()
    {
        await using var visitor = await stage.Visitor(await stage.SignUp("Mina"));
        await visitor.Button("New post").ClickAsync();
        await visitor.Page.Locator("input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "page.jpg", MimeType = "image/jpeg", Buffer = "<html>not a picture</html>"u8.ToArray() });
        await Expect(visitor.Page.GetByText("This is no picture.")).ToBeVisibleAsync();
        await visitor.Field("Caption").FillAsync("Words alone");
        await visitor.Button("Publish").ClickAsync();
        await Expect(visitor.Page.GetByText("Some photos could not be taken")).ToBeVisibleAsync();
        await visitor.Button("Remove page.jpg").ClickAsync();
        await visitor.Button("Publish").ClickAsync();
        await Expect(visitor.Posts.First.GetByText("Words alone")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Likes_comments_and_follows_arrive_live_at_whom_they_are_for()
    {
        var (mina, juno) = (await stage.SignUp("Mina"), await stage.SignUp("Juno"));
        var post = await mina.Publish("A knit for every day");
        await using var hers = await stage.Visitor(mina);
        await using var his = await stage.Visitor(juno);
        await his.Go("/posts/" + post);
        await his.Button("Like, 0 likes").ClickAsync();
        await Expect(his.Button("Like, 1 like")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(hers.Page.GetByText("Juno likes your post.")).ToBeVisibleAsync();
        await Expect(hers.Link("Notifications, 1 unread")).ToBeVisibleAsync();

        await his.Field("Write a comment").FillAsync("Where is it from?");
        await his.Button("Send").ClickAsync();
        await Expect(his.Page.GetByRole(AriaRole.Listitem).GetByText("Where is it from?")).ToBeVisibleAsync();
        await his.Picture("post-wide");
        await hers.Go("/notifications");
        await Expect(hers.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Where is it from?" })).ToBeVisibleAsync();
        await Expect(hers.Link("Notifications")).ToBeVisibleAsync();

        await his.Go("/people/" + mina.Handle);
        await his.Button($"Follow @{mina.Handle}").ClickAsync();
        await Expect(his.Page.GetByRole(AriaRole.Link, new() { Name = "1 follower" })).ToBeVisibleAsync();
        await Expect(hers.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Juno" }).Filter(new() { HasText = "follow" })).ToBeVisibleAsync();
        await hers.Picture("notifications-wide");
    }

    [Fact]
    public async Task What_people_write_stays_text()
    {
        const string Evil = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        var mina = await stage.SignUp(Evil[..44]);
        var post = await mina.Publish(Evil + " javascript:alert(1) #tag\"onclick=");
        await using var visitor = await stage.Visitor(await stage.SignUp("Juno"));
        await visitor.Go("/posts/" + post);
        await Expect(visitor.Page.GetByText(Evil, new() { Exact = false }).First).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("main img[src=x], main script")).ToHaveCountAsync(0);
        Assert.NotEqual("taken", await visitor.Page.TitleAsync());
    }

    [Fact]
    public async Task The_link_of_a_share_leads_to_the_post()
    {
        var mina = await stage.SignUp("Mina");
        var share = await mina.Api.Post("/v1/shares", new { postId = await mina.Publish("A coat to be shared"), channel = "link" });
        await using var visitor = await stage.Visitor(await stage.SignUp("Juno"));
        await visitor.Page.GotoAsync("/s/" + share.Json["code"]!.GetValue<string>());
        await Expect(visitor.Posts.GetByText("A coat to be shared")).ToBeVisibleAsync();
        await Expect(visitor.Heading("Post by Mina")).ToBeFocusedAsync();
    }
}
