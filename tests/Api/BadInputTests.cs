using System.Text;

namespace StyleShare.Api.Tests;

/// <summary>Each gets its documented code, nothing is changed, and (the host sees to that) no error is logged.</summary>
public sealed class BadInputTests(ApiHost host) : IClassFixture<ApiHost>
{
    public static TheoryData<string> NoJson => new(
        "", " ", "{", "}", "[", "nonsense", "'x'", "{\"caption\":}", "{\"caption\":\"a\"", "{\"caption\":\"a\"} {}", "{\"caption\":\"a\"}x",
        "{caption:\"a\"}", "{\"caption\":\"a\",}", "{\"caption\":\"a\"/*c*/}", "\u0000", "NaN");

    public static TheoryData<string> OfWrongKind => new(
        "null", "[]", "\"a\"", "1", "true", "{\"caption\":1}", "{\"caption\":{}}", "{\"caption\":[\"a\"]}", "{\"caption\":true}",
        "{\"photoIds\":\"x\"}", "{\"photoIds\":{}}", "{\"photoIds\":[1]}", "{\"items\":[[]]}", "{\"items\":[{\"x\":\"1\"}]}",
        "{\"items\":[{\"price\":1.5}]}", "{\"items\":[{\"price\":99999999999999999999}]}", "{\"items\":[{\"photo\":99999999999}]}",
        "{\"items\":[{\"name\":1}]}", "{\"caption\":\"a\",\"caption\":\"b\"}");

    [Theory]
    [MemberData(nameof(NoJson))]
    [MemberData(nameof(OfWrongKind))]
    public async Task What_is_no_JSON_of_this_call_is_refused(string body)
    {
        var client = (await host.Somebody()).Client;
        (await client.PostText("/v1/posts", body)).Problem(400, "invalid_json");
        (await client.Patch("/v1/posts/" + Guid.NewGuid(), body)).Problem(400, "invalid_json");
        Assert.Empty((await client.Get("/v1/feed")).Items);
    }

    [Fact]
    public async Task A_value_of_a_wrong_kind_is_named_without_words_of_ours()
    {
        var answer = await (await host.Somebody()).Client.PostText("/v1/posts", """{"items":[{"x":"1"}]}""");
        var problem = answer.Problem(400, "invalid_json");
        Assert.Equal("items[0].x", Assert.Single(problem["errors"]!.AsObject()).Key);
        Assert.DoesNotContain("System.", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("StyleShare.", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    public async Task Deeply_nested_JSON_is_refused(int depth)
    {
        var client = (await host.Somebody()).Client;
        var nested = new string('[', depth) + new string(']', depth);
        (await client.PostText("/v1/posts", nested)).Problem(400, "invalid_json");
        (await client.PostText("/v1/posts", $$"""{"caption":"a","unknown":{{nested}}}""")).Problem(400, "invalid_json");
    }

    [Theory]
    [InlineData("caption", "\\u0000")]
    [InlineData("caption", "a\\u0007b")]
    [InlineData("caption", "\\uFFFE")]
    public async Task Control_characters_are_no_text(string field, string escape) =>
        (await (await host.Somebody()).Client.PostText("/v1/posts", $$"""{"{{field}}":"{{escape}}"}""")).Wrong(field);

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("a\\ud83db")]
    public async Task Lone_surrogates_are_no_JSON_text(string escape)
    {
        var client = (await host.Somebody()).Client;
        (await client.PostText("/v1/posts", $$"""{"caption":"{{escape}}"}""")).Problem(400, "invalid_json");
        (await client.Patch("/v1/me", $$"""{"bio":"{{escape}}"}""")).Problem(400, "invalid_json");
        (await host.Anonymous().PostText("/v1/sessions", $$"""{"login":"{{escape}}","password":"x"}""")).Problem(400, "invalid_json");
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        byte[] body = [.. "{\"caption\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8];
        (await (await host.Somebody()).Client.Send(HttpMethod.Post, "/v1/posts", ApiClient.Bytes(body))).Problem(400, "invalid_json");
        var utf16 = ApiClient.Bytes(Encoding.Unicode.GetBytes("""{"caption":"a"}"""));
        (await (await host.Somebody()).Client.Send(HttpMethod.Post, "/v1/posts", utf16)).Problem(400, "invalid_json");
    }

    [Theory]
    [InlineData("GET", "/v1/posts/{0}")]
    [InlineData("DELETE", "/v1/posts/{0}")]
    [InlineData("PUT", "/v1/posts/{0}/like")]
    [InlineData("PUT", "/v1/posts/{0}/save")]
    [InlineData("GET", "/v1/posts/{0}/likes")]
    [InlineData("GET", "/v1/posts/{0}/comments")]
    public async Task Unknown_ids_and_ids_of_another_kind_are_not_found(string method, string path)
    {
        var somebody = await host.Somebody();
        foreach (var id in new[] { Guid.NewGuid().ToString(), Guid.Empty.ToString(), somebody.Id, somebody.Handle, "1", "{x}", "a'b" })
        {
            var answer = await somebody.Client.Send(new HttpMethod(method), string.Format(null, path, id), null);
            answer.Problem(404, "post_not_found");
        }
    }

    [Fact]
    public async Task A_path_with_NUL_in_it_does_not_get_past_the_server()
    {
        var answer = await (await host.Somebody()).Client.Get("/v1/users/%00");
        Assert.Equal(400, answer.Status);
        Assert.Empty(answer.Text);
    }

    [Fact]
    public async Task A_post_is_no_person_and_a_person_no_comment()
    {
        var somebody = await host.Somebody();
        var post = await somebody.Publish();
        (await somebody.Client.Get("/v1/users/" + post)).Problem(404, "user_not_found");
        (await somebody.Client.Put($"/v1/users/{post}/follow")).Problem(404, "user_not_found");
        (await somebody.Client.Get($"/v1/users/{post}/followers")).Problem(404, "user_not_found");
        (await somebody.Client.Delete("/v1/comments/" + post)).Problem(404, "comment_not_found");
        (await somebody.Client.Delete("/v1/comments/" + somebody.Id)).Problem(404, "comment_not_found");
    }

    [Theory]
    [InlineData("%23linen")]
    [InlineData("a%20b")]
    [InlineData("%F0%9F%91%97")]
    [InlineData("%ED%A0%80")]
    public async Task What_is_no_tag_is_one_that_nobody_used(string tag)
    {
        var answer = await (await host.Somebody()).Client.Get($"/v1/tags/{tag}/posts");
        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Items);
    }

    [Fact]
    public async Task Comments_must_say_something_and_not_too_much()
    {
        var somebody = await host.Somebody();
        var path = $"/v1/posts/{await somebody.Publish()}/comments";
        foreach (var body in new[] { "{}", """{"text":null}""", """{"text":""}""", """{"text":" \n "}""", $$"""{"text":"{{new string('x', 1_001)}}"}""" })
            (await somebody.Client.PostText(path, body)).Wrong("text");
        Assert.Equal(201, (await somebody.Client.Post(path, new { text = new string('x', 1_000) })).Status);
    }

    [Fact]
    public async Task A_header_that_is_too_long_or_one_of_too_many_is_refused_by_the_server()
    {
        var client = host.Anonymous();
        var large = await client.Get("/health/live", ("X-Large", new string('x', 40_000)));
        Assert.Equal(431, large.Status);
        var many = await client.Get("/health/live", [.. Enumerable.Range(0, 100).Select(i => ($"X-{i}", "x"))]);
        Assert.Equal(431, many.Status);
        Assert.Equal(200, (await client.Get("/health/live")).Status);
    }
}
