using System.Text.Json;

namespace StyleShare.Api.Tests;

public sealed class PostTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_post_shows_what_was_written_with_its_tags_mentions_photos_and_items()
    {
        var (mina, juno) = (await host.Somebody("Mina"), await host.Somebody());
        var photo = (await mina.Announce(100)).PhotoId();
        var answer = await mina.Client.Post("/v1/posts", new
        {
            caption = $"#Linen with @{juno.Handle} and @nobody.at.all #서울",
            photoIds = new[] { photo },
            items = new[] { new { name = "Shirt", price = 59_000, currency = "KRW", photo = 0, x = 0.5, y = 1.0 } },
        });

        Assert.Equal(201, answer.Status);
        var post = answer.Json;
        Assert.Equal("/v1/posts/" + post["id"], answer.Headers["Location"]);
        Assert.Equal("Mina", post["author"]!["displayName"]!.GetValue<string>());
        Assert.Equal("""["linen","서울"]""", post["tags"]!.ToJsonString(Plain));
        Assert.Equal(juno.Handle, Assert.Single(post["mentions"]!.AsArray())!.GetValue<string>());
        Assert.Equal(
            $$"""{"id":"{{photo}}","state":"awaitingUpload","width":null,"height":null,"placeholder":null,"color":null,"renditions":[]}""",
            Assert.Single(post["photos"]!.AsArray())!.ToJsonString());
        Assert.Equal(
            """{"name":"Shirt","price":59000,"currency":"KRW","photo":0,"x":0.5,"y":1}""",
            Assert.Single(post["items"]!.AsArray())!.ToJsonString());
        Assert.Equal("""{"likes":0,"comments":0,"shares":0,"saves":0}""", post["counts"]!.ToJsonString());
        Assert.Null(post["editedAt"]);
        Assert.True(post.AsObject().ContainsKey("editedAt"));
        Assert.Equal(answer.Text, (await mina.Client.Get("/v1/posts/" + post["id"])).Text);
        await Eventually(async () => (await juno.Client.Get("/v1/users/" + mina.Id)).Json["counts"]!["posts"]!.GetValue<int>() == 1);
    }

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Only_the_author_edits_and_deletes_and_deleting_twice_is_deleting_once()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var id = await mina.Publish("before #one");
        (await juno.Client.Patch("/v1/posts/" + id, """{"caption":"mine"}""")).Problem(403, "not_your_post");
        (await juno.Client.Delete("/v1/posts/" + id)).Problem(403, "not_your_post");

        var edited = await mina.Client.Patch("/v1/posts/" + id, """{"caption":"after #two"}""");
        Assert.Equal(200, edited.Status);
        Assert.Equal("""["two"]""", edited.Json["tags"]!.ToJsonString());
        Assert.NotNull(edited.Json["editedAt"]);
        Assert.Empty((await mina.Client.Get("/v1/tags/one/posts")).Items);
        (await mina.Client.Patch("/v1/posts/" + id, """{"caption":null}""")).Problem(422, "empty_post");

        Assert.Equal(204, (await mina.Client.Delete("/v1/posts/" + id)).Status);
        Assert.Equal(204, (await mina.Client.Delete("/v1/posts/" + id)).Status);
        (await juno.Client.Get("/v1/posts/" + id)).Problem(404, "post_not_found");
        (await juno.Client.Put($"/v1/posts/{id}/like")).Problem(404, "post_not_found");
        (await juno.Client.Put($"/v1/posts/{id}/save")).Problem(404, "post_not_found");
        (await juno.Client.Post($"/v1/posts/{id}/comments", new { text = "late" })).Problem(404, "post_not_found");
        (await juno.Client.Get($"/v1/posts/{id}/likes")).Problem(404, "post_not_found");
        (await juno.Client.Get($"/v1/posts/{id}/comments")).Problem(404, "post_not_found");
        (await mina.Client.Patch("/v1/posts/" + id, """{"caption":"late"}""")).Problem(404, "post_not_found");
        await Eventually(async () => (await mina.Client.Get("/v1/me")).Json["counts"]!["posts"]!.GetValue<int>() == 0);
    }

    [Fact]
    public async Task An_edit_of_a_version_that_is_not_the_current_one_is_refused()
    {
        var mina = await host.Somebody();
        var id = await mina.Publish();
        var tag = (await mina.Client.Get("/v1/posts/" + id)).Headers["ETag"];
        Assert.Equal(200, (await mina.Client.Patch("/v1/posts/" + id, """{"caption":"one"}""", ("If-Match", tag))).Status);
        (await mina.Client.Patch("/v1/posts/" + id, """{"caption":"two"}""", ("If-Match", tag))).Problem(412, "stale_version");
        Assert.Equal("one", (await mina.Client.Get("/v1/posts/" + id)).Json["caption"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_like_counts_once_and_is_seen_by_who_gave_it()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var id = await mina.Publish();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => juno.Client.Put($"/v1/posts/{id}/like")));

        var seen = (await juno.Client.Get("/v1/posts/" + id)).Json;
        Assert.Equal(1, seen["counts"]!["likes"]!.GetValue<int>());
        Assert.True(seen["viewer"]!["liked"]!.GetValue<bool>());
        Assert.False((await mina.Client.Get("/v1/posts/" + id)).Json["viewer"]!["liked"]!.GetValue<bool>());
        Assert.Equal(juno.Id, Assert.Single((await mina.Client.Get($"/v1/posts/{id}/likes")).Items)!["id"]!.GetValue<string>());

        Assert.Equal(204, (await juno.Client.Delete($"/v1/posts/{id}/like")).Status);
        Assert.Equal(204, (await juno.Client.Delete($"/v1/posts/{id}/like")).Status);
        Assert.Equal(0, (await juno.Client.Get("/v1/posts/" + id)).Json["counts"]!["likes"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_comment_goes_by_its_author_or_by_the_author_of_the_post()
    {
        var (mina, juno, other) = (await host.Somebody(), await host.Somebody(), await host.Somebody());
        var id = await mina.Publish();
        var first = await juno.Client.Post($"/v1/posts/{id}/comments", new { text = "예쁘다 👗" });
        Assert.Equal(201, first.Status);
        Assert.Equal(id, first.Json["postId"]!.GetValue<string>());
        Assert.Equal(juno.Handle, first.Json["author"]!["handle"]!.GetValue<string>());
        var second = await other.Client.Post($"/v1/posts/{id}/comments", new { text = "second" });

        Assert.Equal(
            ["second", "예쁘다 👗"],
            (await mina.Client.Get($"/v1/posts/{id}/comments")).Items.Select(item => item!["text"]!.GetValue<string>()));
        Assert.Equal(2, (await mina.Client.Get("/v1/posts/" + id)).Json["counts"]!["comments"]!.GetValue<int>());

        (await other.Client.Delete("/v1/comments/" + first.Json["id"])).Problem(403, "not_your_comment");
        Assert.Equal(204, (await juno.Client.Delete("/v1/comments/" + first.Json["id"])).Status);
        Assert.Equal(204, (await mina.Client.Delete("/v1/comments/" + second.Json["id"])).Status);
        (await mina.Client.Delete("/v1/comments/" + Guid.NewGuid())).Problem(404, "comment_not_found");
        Assert.Empty((await mina.Client.Get($"/v1/posts/{id}/comments")).Items);
    }

    [Fact]
    public async Task What_one_keeps_only_oneself_sees()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var (one, two) = (await mina.Publish(), await mina.Publish());
        foreach (var id in new[] { one, two, one })
            Assert.Equal(204, (await juno.Client.Put($"/v1/posts/{id}/save")).Status);
        Assert.Equal([two, one], IdsOf(await juno.Client.Get("/v1/me/saved")));
        Assert.True((await juno.Client.Get("/v1/me/saved")).Items[0]!["viewer"]!["saved"]!.GetValue<bool>());
        Assert.Empty((await mina.Client.Get("/v1/me/saved")).Items);
        Assert.Equal(204, (await juno.Client.Delete($"/v1/posts/{two}/save")).Status);
        Assert.Equal([one], IdsOf(await juno.Client.Get("/v1/me/saved")));
    }

    [Fact]
    public async Task The_feed_has_ones_own_posts_and_those_of_whom_one_follows()
    {
        var (mina, juno, other) = (await host.Somebody(), await host.Somebody(), await host.Somebody());
        Assert.Equal(204, (await mina.Client.Put($"/v1/users/{juno.Id}/follow")).Status);
        var before = await juno.Publish();
        Assert.Equal([before], IdsOf(await mina.Client.Get("/v1/feed")));
        await other.Publish();
        var theirs = await juno.Publish();
        var own = await mina.Publish();
        string[] all = [own, theirs, before];
        await Eventually(async () => IdsOf(await mina.Client.Get("/v1/feed")).SequenceEqual(all));

        Assert.Equal(204, (await juno.Client.Delete("/v1/posts/" + theirs)).Status);
        Assert.Equal([own, before], IdsOf(await mina.Client.Get("/v1/feed")));
        Assert.Equal(204, (await mina.Client.Delete($"/v1/users/{juno.Id}/follow")).Status);
        Assert.Equal([own], IdsOf(await mina.Client.Get("/v1/feed")));
    }

    [Fact]
    public async Task Lists_of_posts_give_whole_parts_though_some_were_deleted()
    {
        var mina = await host.Somebody();
        var tag = "t" + Guid.NewGuid().ToString("n");
        var ids = new List<string>();
        for (var i = 0; i < 9; i++)
            ids.Add(await mina.Publish($"{i} #{tag}"));
        var saver = await host.Somebody();
        foreach (var id in ids)
            Assert.Equal(204, (await saver.Client.Put($"/v1/posts/{id}/save")).Status);
        foreach (var i in new[] { 8, 6, 5, 2 })
            Assert.Equal(204, (await mina.Client.Delete("/v1/posts/" + ids[i])).Status);

        foreach (var list in new[] { "/v1/me/saved", $"/v1/tags/{tag}/posts", $"/v1/users/{mina.Id}/posts" })
        {
            var first = await saver.Client.Get(list + "?limit=2");
            Assert.Equal([ids[7], ids[4]], IdsOf(first));
            var second = await saver.Client.Get($"{list}?limit=2&cursor={first.Next}");
            Assert.Equal([ids[3], ids[1]], IdsOf(second));
            var third = await saver.Client.Get($"{list}?limit=2&cursor={second.Next}");
            Assert.Equal([ids[0]], IdsOf(third));
        }
    }

    [Fact]
    public async Task Twenty_two_hundred_emoji_are_a_caption_and_one_more_is_not()
    {
        var mina = await host.Somebody();
        var emoji = string.Concat(Enumerable.Repeat("👗", 2_200));
        var answer = await mina.Client.Post("/v1/posts", new { caption = emoji });
        Assert.Equal(201, answer.Status);
        Assert.Equal(emoji, answer.Json["caption"]!.GetValue<string>());
        (await mina.Client.Post("/v1/posts", new { caption = emoji + "👗" })).Wrong("caption");
    }

    [Fact]
    public async Task Photos_and_items_must_be_such_as_a_post_may_have()
    {
        var client = (await host.Somebody()).Client;
        var photo = Guid.NewGuid();
        var eleven = Enumerable.Range(0, 11).Select(_ => Guid.NewGuid()).ToArray();
        (await client.Post("/v1/posts", new { photoIds = new[] { photo, photo } })).Wrong("photoIds[1]");
        (await client.Post("/v1/posts", new { photoIds = new[] { "x" } })).Wrong("photoIds[0]");
        (await client.Post("/v1/posts", new { photoIds = new string?[] { null } })).Wrong("photoIds[0]");
        (await client.Post("/v1/posts", new { photoIds = eleven })).Wrong("photoIds");
        (await client.Post("/v1/posts", new { caption = "" })).Problem(422, "empty_post");
        foreach (var item in new[]
        {
            """{"name":"a","photo":1,"x":0,"y":0}""", """{"name":"a","photo":0,"x":1.1,"y":0}""", """{"photo":0,"x":0,"y":0}""",
            """{"name":"a","photo":0,"x":0,"y":0,"price":-1,"currency":"KRW"}""", """{"name":"a","photo":0,"x":0,"y":0,"price":1}""",
            """{"name":"a","photo":0,"x":0,"y":0,"price":1,"currency":"won"}""",
            """{"name":"a","photo":0,"x":0,"y":0,"url":"javascript:alert(1)"}""", "null",
        })
        {
            var answer = await client.PostText("/v1/posts", $$"""{"photoIds":["{{photo}}"],"items":[{{item}}]}""");
            var problem = answer.Problem(400, "invalid_fields");
            Assert.All(problem["errors"]!.AsObject(), error => Assert.StartsWith("items[0]", error.Key, StringComparison.Ordinal));
        }

        (await client.Post("/v1/posts", new { caption = string.Concat(Enumerable.Range(0, 31).Select(i => $"#tag{i} ")) }))
            .Problem(400, "invalid_fields");
    }

    private static string[] IdsOf(ApiAnswer list) => [.. list.Items.Select(item => item!["id"]!.GetValue<string>())];

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await holds())
            await Task.Delay(10, limit.Token);
    }
}
