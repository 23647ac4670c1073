using System.Text;

namespace StyleShare.Api.Tests;

public sealed class ConventionTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("GET", "/nowhere", 404, "not_found")]
    [InlineData("GET", "/v1/nowhere", 404, "not_found")]
    [InlineData("POST", "/v1/me", 405, "method_not_allowed")]
    [InlineData("PUT", "/v1/accounts", 405, "method_not_allowed")]
    public async Task An_address_or_method_that_is_not_there_is_a_problem_as_any_other(
        string method, string path, int status, string code)
    {
        var answer = await (await host.Somebody()).Client.Send(new HttpMethod(method), path, null);
        answer.Problem(status, code);
        Assert.Equal(status == 405, answer.Headers.ContainsKey("Allow"));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task A_body_of_another_type_is_refused(string? type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"login":"a","password":"b"}"""));
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        (await host.Anonymous().Send(HttpMethod.Post, "/v1/sessions", content)).Problem(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_whether_its_length_is_told_or_not()
    {
        var client = (await host.Somebody()).Client;
        var body = """{"caption":"ok","padding":" """ + new string('x', 200_000) + "\"}";
        (await client.PostText("/v1/posts", body)).Problem(413, "body_too_large");

        var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body)));
        chunked.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        (await client.Send(HttpMethod.Post, "/v1/posts", chunked, ("Transfer-Encoding", "chunked"))).Problem(413, "body_too_large");
        Assert.Empty((await client.Get("/v1/feed")).Items);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored_and_a_byte_order_mark_too()
    {
        var client = (await host.Somebody()).Client;
        byte[] body = [0xEF, 0xBB, 0xBF, .. """{"caption":"known","mood":{"deep":[1,2,{"er":null}]}}"""u8];
        var answer = await client.Send(HttpMethod.Post, "/v1/posts", ApiClient.Bytes(body));
        Assert.Equal(201, answer.Status);
        Assert.Equal("known", answer.Json["caption"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_ETag_is_strong_and_stands_for_every_byte_of_the_answer()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var id = await mina.Publish();
        foreach (var path in new[] { "/v1/me", "/v1/users/" + mina.Id, "/v1/posts/" + id })
        {
            var first = await mina.Client.Get(path);
            var tag = first.Headers["ETag"];
            Assert.StartsWith("\"", tag, StringComparison.Ordinal);
            foreach (var known in new[] { tag, "*", "W/" + tag, $"\"other\", {tag}" })
            {
                var again = await mina.Client.Get(path, ("If-None-Match", known));
                Assert.Equal(304, again.Status);
                Assert.Empty(again.Text);
                Assert.Equal(tag, again.Headers["ETag"]);
            }

            Assert.Equal(200, (await mina.Client.Get(path, ("If-None-Match", "\"other\""))).Status);
        }

        // What is shown but belongs to no version of the thing itself: the name of the author, what the caller did.
        await Changes("/v1/posts/" + id, () => mina.Client.Patch("/v1/me", """{"displayName":"Another name"}"""));
        await Changes("/v1/posts/" + id, () => mina.Client.Put($"/v1/posts/{id}/save"));
        await Changes("/v1/users/" + juno.Id, () => mina.Client.Put($"/v1/users/{juno.Id}/follow"));
        await Changes("/v1/users/" + mina.Id, () => mina.Client.Post("/v1/posts", new { caption = "one more" }));

        async Task Changes(string path, Func<Task<ApiAnswer>> act)
        {
            var before = await mina.Client.Get(path);
            Assert.InRange((await act()).Status, 200, 204);
            var after = await mina.Client.Get(path, ("If-None-Match", before.Headers["ETag"]));
            Assert.Equal(200, after.Status);
            Assert.NotEqual(before.Headers["ETag"], after.Headers["ETag"]);
        }
    }

    [Theory]
    [InlineData("not quoted")]
    [InlineData("\"open")]
    [InlineData("\"a\" \"b\"")]
    public async Task An_If_Match_that_is_none_is_refused(string header) =>
        (await (await host.Somebody()).Client.Patch("/v1/me", """{"bio":"x"}""", ("If-Match", header))).Problem(400, "bad_if_match");

    [Theory]
    [InlineData("\"from elsewhere\"")]
    [InlineData("\"ffffffffffffffff-00000000\"")]
    public async Task An_If_Match_of_no_version_that_is_there_is_stale(string header) =>
        (await (await host.Somebody()).Client.Patch("/v1/me", """{"bio":"x"}""", ("If-Match", header))).Problem(412, "stale_version");

    [Fact]
    public async Task A_weak_tag_never_matches_for_an_edit()
    {
        var client = (await host.Somebody()).Client;
        var tag = (await client.Get("/v1/me")).Headers["ETag"];
        (await client.Patch("/v1/me", """{"bio":"x"}""", ("If-Match", "W/" + tag))).Problem(412, "stale_version");
    }

    [Fact]
    public async Task Lists_have_twenty_items_or_as_many_as_asked_for_and_link_to_the_next_part()
    {
        var mina = await host.Somebody();
        for (var i = 0; i < 22; i++)
            await mina.Publish();
        var list = $"/v1/users/{mina.Id}/posts";
        var first = await mina.Client.Get(list);
        Assert.Equal(20, first.Items.Count);
        Assert.Equal($"<{list}?limit=20&cursor={first.Next}>; rel=\"next\"", first.Headers["Link"]);
        var rest = await mina.Client.Get(first.Headers["Link"].Split('<', '>')[1]);
        Assert.Equal(2, rest.Items.Count);
        Assert.Null(rest.Next);
        Assert.Equal(22, (await mina.Client.Get(list + "?limit=100")).Items.Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("ten")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task A_limit_that_is_none_is_refused(string limit) =>
        (await (await host.Somebody()).Client.Get("/v1/feed?limit=" + limit)).Problem(400, "bad_limit");

    [Fact]
    public async Task A_cursor_goes_on_in_its_own_list_only()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        for (var i = 0; i < 3; i++)
        {
            await mina.Publish();
            await juno.Publish();
        }

        var lists = new[] { "/v1/feed", $"/v1/users/{mina.Id}/posts", $"/v1/users/{juno.Id}/posts" };
        foreach (var list in lists)
        {
            var cursor = (await mina.Client.Get(list + "?limit=1")).Next;
            Assert.NotNull(cursor);
            foreach (var other in lists)
            {
                var answer = await mina.Client.Get($"{other}?limit=1&cursor={cursor}");
                if (other == list)
                    Assert.Equal(200, answer.Status);
                else
                    answer.Problem(400, "bad_cursor");
            }
        }

        var own = (await mina.Client.Get("/v1/feed?limit=1")).Next;
        (await juno.Client.Get("/v1/feed?cursor=" + own)).Problem(400, "bad_cursor");
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("%00%00")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_cursor_that_is_none_is_refused(string cursor) =>
        (await (await host.Somebody()).Client.Get("/v1/feed?cursor=" + cursor)).Problem(400, "bad_cursor");

    [Fact]
    public async Task A_cursor_with_a_time_out_of_range_is_refused()
    {
        var mina = await host.Somebody();
        await mina.Publish();
        await mina.Publish();
        var cursor = (await mina.Client.Get($"/v1/users/{mina.Id}/posts?limit=1")).Next!;
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(cursor);
        bytes.AsSpan(9, 8).Fill(0xFF);
        var forged = System.Buffers.Text.Base64Url.EncodeToString(bytes);
        (await mina.Client.Get($"/v1/users/{mina.Id}/posts?cursor={forged}")).Problem(400, "bad_cursor");
    }

    [Fact]
    public async Task Health_tells_whether_it_lives_and_whether_it_is_ready()
    {
        var client = host.Anonymous();
        Assert.Equal("""{"status":"healthy","checks":{}}""", (await client.Get("/health/live")).Text);
        var ready = await client.Get("/health/ready");
        Assert.Equal(200, ready.Status);
        Assert.Equal(["silo", "database", "feeds"], ready.Json["checks"]!.AsObject().Select(check => check.Key));
    }

    [Fact]
    public async Task Browsers_are_told_to_take_answers_for_what_they_are()
    {
        var answer = await (await host.Somebody()).Client.Get("/v1/me");
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.False(answer.Headers.ContainsKey("Server"));
    }

    [Fact]
    public async Task Korean_goes_as_it_is_and_emoji_come_back_as_they_went()
    {
        var client = (await host.Somebody()).Client;
        var answer = await client.Patch("/v1/me", """{"displayName":"김미나 👗"}""");
        Assert.Contains("김미나", answer.Text, StringComparison.Ordinal);
        Assert.Equal("김미나 👗", answer.Json["displayName"]!.GetValue<string>());
    }
}
