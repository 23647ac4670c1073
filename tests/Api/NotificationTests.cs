using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

public sealed class NotificationTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task What_people_do_with_a_post_is_in_its_authors_inbox()
    {
        var (mina, juno) = (await host.Somebody("미나"), await host.Somebody("Juno"));
        var post = await mina.Publish("First");
        await juno.Client.Put($"/v1/posts/{post}/like");
        await juno.Client.Post($"/v1/posts/{post}/comments", new { text = "Where is it from?" });
        await juno.Client.Put($"/v1/users/{mina.Id}/follow");
        await juno.Publish($"with @{mina.Handle}");
        await mina.UntilUnread(4);

        var lines = (await Inbox(mina)).ToDictionary(line => line["kind"]!.GetValue<string>());
        Assert.Equal(["comment", "follow", "like", "mention"], lines.Keys.Order());
        Assert.Equal("Juno likes your post.", lines["like"]["text"]!.GetValue<string>());
        Assert.Equal("Juno commented on your post: “Where is it from?”", lines["comment"]["text"]!.GetValue<string>());
        Assert.Equal("Juno follows you.", lines["follow"]["text"]!.GetValue<string>());
        Assert.StartsWith("Juno mentioned you in a post", lines["mention"]["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(post, lines["like"]["post"]!["id"]!.GetValue<string>());
        Assert.Null(lines["follow"]["post"]);
        Assert.NotNull(lines["comment"]["commentId"]);
        Assert.All(lines.Values, line =>
        {
            Assert.Equal(juno.Id, Assert.Single(line["actors"]!.AsArray())!["id"]!.GetValue<string>());
            Assert.Equal(1, line["count"]!.GetValue<long>());
            Assert.False(line["read"]!.GetValue<bool>());
        });
    }

    [Fact]
    public async Task A_comment_tells_those_who_are_mentioned_in_it_and_its_end_takes_that_back()
    {
        var (mina, juno, sana) = (await host.Somebody(), await host.Somebody(), await host.Somebody("Sana"));
        var post = await mina.Publish();
        var comment = (await sana.Client.Post($"/v1/posts/{post}/comments", new { text = $"look, @{juno.Handle} and @{mina.Handle} and @{sana.Handle}" }))
            .Json["id"]!.GetValue<string>();
        await juno.UntilUnread(1);
        await mina.UntilUnread(1);
        Assert.Equal("mention", Assert.Single(await Inbox(juno))["kind"]!.GetValue<string>());
        // Whose post it is learns of the comment, and not once more of the mention in it.
        Assert.Equal("comment", Assert.Single(await Inbox(mina))["kind"]!.GetValue<string>());
        Assert.Equal(0, await sana.Unread());

        Assert.Equal(204, (await sana.Client.Delete($"/v1/comments/{comment}")).Status);
        await juno.UntilUnread(0);
        await mina.UntilUnread(0);
        Assert.Empty(await Inbox(juno));
    }

    [Fact]
    public async Task A_deleted_post_is_in_nobodys_inbox_any_more()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var post = await mina.Publish($"for @{juno.Handle}");
        await juno.Client.Put($"/v1/posts/{post}/like");
        await juno.UntilUnread(1);
        await mina.UntilUnread(1);
        await mina.Client.Delete($"/v1/posts/{post}");
        await juno.UntilUnread(0);
        await mina.UntilUnread(0);
        Assert.Empty(await Inbox(juno));
        Assert.Empty(await Inbox(mina));
    }

    [Fact]
    public async Task An_edited_caption_tells_only_those_who_are_new_in_it()
    {
        var (mina, juno, sana) = (await host.Somebody(), await host.Somebody(), await host.Somebody());
        var post = await mina.Publish($"with @{juno.Handle}");
        await juno.UntilUnread(1);
        await mina.Client.Patch($"/v1/posts/{post}", $$"""{"caption":"with @{{sana.Handle}}"}""");
        await sana.UntilUnread(1);
        await juno.UntilUnread(0);
    }

    [Fact]
    public async Task The_inbox_is_read_in_parts_and_marked_as_read_up_to_a_line()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        for (var i = 0; i < 5; i++)
        {
            await juno.Client.Put($"/v1/posts/{await mina.Publish()}/like");
            await mina.UntilUnread(i + 1);
        }

        var first = await mina.Client.Get("/v1/notifications?limit=2");
        var second = await mina.Client.Get($"/v1/notifications?limit=2&cursor={first.Next}");
        var third = await mina.Client.Get($"/v1/notifications?limit=2&cursor={second.Next}");
        Assert.Null(third.Next);
        string[] ids = [.. first.Items.Concat(second.Items).Concat(third.Items).Select(line => line!["id"]!.GetValue<string>())];
        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), ids);

        Assert.Equal(204, (await mina.Client.Put("/v1/notifications/read", new { upTo = ids[2] })).Status);
        Assert.Equal(2, await mina.Unread());
        Assert.Equal([false, false, true, true, true], (await Inbox(mina)).Select(line => line["read"]!.GetValue<bool>()));
        // What is read stays read.
        Assert.Equal(204, (await mina.Client.Put("/v1/notifications/read", new { upTo = ids[4] })).Status);
        Assert.Equal(2, await mina.Unread());

        (await mina.Client.Put("/v1/notifications/read", new { upTo = Guid.NewGuid() })).Problem(404, "notification_not_found");
        (await juno.Client.Put("/v1/notifications/read", new { upTo = ids[0] })).Problem(404, "notification_not_found");
        (await mina.Client.Put("/v1/notifications/read", new { upTo = "x" })).Wrong("upTo");
        (await mina.Client.Put("/v1/notifications/read", new { })).Wrong("upTo");
        (await juno.Client.Get($"/v1/notifications?cursor={first.Next}")).Problem(400, "bad_cursor");
        (await host.Anonymous().Get("/v1/notifications")).Problem(401, "unauthenticated");
    }

    [Fact]
    public async Task Preferences_are_kept_and_what_is_absent_stays()
    {
        var mina = await host.Somebody();
        var before = await mina.Client.Get("/v1/me/preferences");
        Assert.True(before.Json["kinds"]!["like"]!["push"]!.GetValue<bool>());
        Assert.Equal("en", before.Json["locale"]!.GetValue<string>());
        Assert.Null(before.Json["quietHours"]);

        var put = await mina.Client.Put("/v1/me/preferences", new
        {
            kinds = new { like = new { push = false }, follow = new { inbox = false } },
            quietHours = new { from = "22:00", to = "07:30", timeZone = "Asia/Seoul" },
            locale = "ko",
        });
        Assert.Equal(200, put.Status);
        var after = await mina.Client.Get("/v1/me/preferences");
        Assert.Equal(put.Text, after.Text);
        Assert.Equal(put.Headers["ETag"], after.Headers["ETag"]);
        Assert.False(after.Json["kinds"]!["like"]!["push"]!.GetValue<bool>());
        Assert.True(after.Json["kinds"]!["like"]!["inbox"]!.GetValue<bool>());
        Assert.Equal("07:30", after.Json["quietHours"]!["to"]!.GetValue<string>());
        Assert.Equal("ko", (await mina.Client.Get("/v1/me")).Json["locale"]!.GetValue<string>());

        var loud = await mina.Client.Send(HttpMethod.Put, "/v1/me/preferences", ApiClient.Json("""{"quietHours":null,"digest":false}"""));
        Assert.Null(loud.Json["quietHours"]);
        Assert.False(loud.Json["digest"]!.GetValue<bool>());
        Assert.False(loud.Json["kinds"]!["follow"]!["inbox"]!.GetValue<bool>());
        (await mina.Client.Put("/v1/me/preferences", new { digest = true }, ("If-Match", before.Headers["ETag"]))).Problem(412, "stale_version");
        Assert.Equal(200, (await mina.Client.Put("/v1/me/preferences", new { digest = true }, ("If-Match", loud.Headers["ETag"]))).Status);
    }

    [Theory]
    [InlineData("""{"quietHours":{"from":"22:00","to":"22:00","timeZone":"Asia/Seoul"}}""", "quietHours.to")]
    [InlineData("""{"quietHours":{"from":"25:00","to":"07:00","timeZone":"Asia/Seoul"}}""", "quietHours.from")]
    [InlineData("""{"quietHours":{"from":"22:00","to":"07:00","timeZone":"Mars/Olympus"}}""", "quietHours.timeZone")]
    [InlineData("""{"quietHours":{"from":"22:00","to":"07:00","timeZone":"../../etc/passwd"}}""", "quietHours.timeZone")]
    [InlineData("""{"quietHours":{"from":"22:00","timeZone":"Asia/Seoul"}}""", "quietHours.to")]
    [InlineData("""{"kinds":{"system":{"inbox":false}}}""", "kinds.system.inbox")]
    [InlineData("""{"locale":"fr"}""", "locale")]
    public async Task Preferences_that_cannot_be_are_refused_and_nothing_changes(string body, string field)
    {
        var mina = await host.Somebody();
        var before = await mina.Client.Get("/v1/me/preferences");
        (await mina.Client.Send(HttpMethod.Put, "/v1/me/preferences", ApiClient.Json(body))).Wrong(field);
        Assert.Equal(before.Text, (await mina.Client.Get("/v1/me/preferences")).Text);
    }

    [Fact]
    public async Task Unwanted_kinds_do_not_come()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        await mina.Client.Put("/v1/me/preferences", new { kinds = new { like = new { inbox = false } } });
        var post = await mina.Publish();
        await juno.Client.Put($"/v1/posts/{post}/like");
        // Of one stream and in order: when the comment is there, the like was dropped.
        await juno.Client.Post($"/v1/posts/{post}/comments", new { text = "hi" });
        await mina.UntilUnread(1);
        Assert.Equal("comment", Assert.Single(await Inbox(mina))["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task Who_is_blocked_follows_no_more_and_is_not_told_of_and_who_is_muted_notices_nothing()
    {
        var (mina, juno, sana) = (await host.Somebody(), await host.Somebody(), await host.Somebody());
        await juno.Client.Put($"/v1/users/{mina.Id}/follow");
        await mina.UntilUnread(1);
        Assert.Equal(204, (await mina.Client.Put($"/v1/users/{juno.Id}/block")).Status);
        Assert.Equal(204, (await mina.Client.Put($"/v1/users/{sana.Id}/mute")).Status);
        await mina.UntilUnread(0);
        (await juno.Client.Put($"/v1/users/{mina.Id}/follow")).Problem(404, "user_not_found");
        (await mina.Client.Put($"/v1/users/{juno.Id}/follow")).Problem(404, "user_not_found");
        Assert.Equal(0, (await mina.Client.Get($"/v1/users/{mina.Id}")).Json["counts"]!["followers"]!.GetValue<long>());
        var post = await mina.Publish();
        await sana.Client.Put($"/v1/posts/{post}/like");
        await juno.Client.Put($"/v1/posts/{post}/like");
        await NotificationSteps.Until(async () => await host.Database.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0);
        Assert.Equal(204, (await mina.Client.Delete($"/v1/users/{juno.Id}/block")).Status);
        await (await host.Somebody()).Client.Put($"/v1/posts/{post}/like");
        await mina.UntilUnread(1);
        Assert.Equal(1, Assert.Single(await Inbox(mina))["count"]!.GetValue<long>());

        (await mina.Client.Put($"/v1/users/{mina.Id}/block")).Problem(422, "cannot_block_self");
        (await mina.Client.Put($"/v1/users/{mina.Id}/mute")).Problem(422, "cannot_mute_self");
        (await mina.Client.Put($"/v1/users/{Guid.NewGuid()}/block")).Problem(404, "user_not_found");
    }

    [Theory]
    [InlineData("phone", """{"platform":"fcm"}""", "token")]
    [InlineData("phone", """{"platform":"apns","token":"not hex"}""", "token")]
    [InlineData("phone", """{"platform":"pager","token":"x"}""", "platform")]
    [InlineData("phone", """{"token":"x"}""", "platform")]
    [InlineData("phone", """{"platform":"webpush","token":"x"}""", "subscription")]
    [InlineData("phone", """{"platform":"webpush","subscription":{"endpoint":"http://push.example.com/","keys":{"p256dh":"a","auth":"b"}}}""", "subscription")]
    [InlineData("a%20b", """{"platform":"fcm","token":"abc"}""", "deviceId")]
    public async Task Devices_that_cannot_be_are_refused(string id, string body, string field)
    {
        var mina = await host.Somebody();
        (await mina.Client.Send(HttpMethod.Put, $"/v1/me/devices/{id}", ApiClient.Json(body))).Wrong(field);
    }

    [Fact]
    public async Task A_token_goes_to_whoever_brings_it_last()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var token = "t" + Guid.NewGuid().ToString("N");
        Assert.Equal(204, (await mina.Client.Put("/v1/me/devices/phone", new { platform = "fcm", token })).Status);
        Assert.Equal(204, (await juno.Client.Put("/v1/me/devices/old-phone", new { platform = "fcm", token })).Status);
        Assert.Equal(juno.Id, (await host.Database.ScalarAsync<Guid>($"SELECT user_id FROM devices WHERE address = '{token}'")).ToString());
        Assert.Equal(204, (await juno.Client.Delete("/v1/me/devices/old-phone")).Status);
        Assert.Equal(204, (await juno.Client.Delete("/v1/me/devices/old-phone")).Status);
        Assert.Equal(0, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM devices WHERE address = '{token}'"));
    }

    private static async Task<List<JsonNode>> Inbox(Person person)
    {
        var answer = await person.Client.Get("/v1/notifications");
        Assert.Equal(200, answer.Status);
        return [.. answer.Items.Select(line => line!)];
    }
}
