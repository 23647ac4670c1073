using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

public sealed class AccountTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Signing_up_gives_the_person_and_a_session_that_works()
    {
        var client = host.Anonymous();
        var handle = ApiHost.NewHandle();
        var answer = await client.Post("/v1/accounts", New(handle.ToUpperInvariant(), displayName: "미나", locale: "ko-KR"));

        Assert.Equal(201, answer.Status);
        var user = answer.Json["user"]!;
        Assert.Equal(handle, user["handle"]!.GetValue<string>());
        Assert.Equal("미나", user["displayName"]!.GetValue<string>());
        Assert.Equal("", user["bio"]!.GetValue<string>());
        Assert.True(user.AsObject().ContainsKey("avatar"));
        Assert.Equal("""{"posts":0,"followers":0,"following":0}""", user["counts"]!.ToJsonString());
        Assert.EndsWith("Z", user["createdAt"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("/v1/users/" + user["id"], answer.Headers["Location"]);
        Assert.InRange(answer.Json["expiresIn"]!.GetValue<int>(), 1, 86_400);

        client.Token = answer.Json["accessToken"]!.GetValue<string>();
        var me = await client.Get("/v1/me");
        Assert.Equal(200, me.Status);
        Assert.Equal(handle + "@example.com", me.Json["email"]!.GetValue<string>());
        Assert.Equal("ko", me.Json["locale"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_taken_handle_or_address_is_refused_whatever_its_case()
    {
        var somebody = await host.Somebody();
        var client = host.Anonymous();
        var handle = await client.Post("/v1/accounts", New(somebody.Handle.ToUpperInvariant(), email: ApiHost.NewHandle() + "@example.com"));
        handle.Problem(409, "handle_taken");
        var email = await client.Post("/v1/accounts", New(ApiHost.NewHandle(), email: somebody.Handle.ToUpperInvariant() + "@EXAMPLE.com"));
        email.Problem(409, "email_taken");
    }

    [Fact]
    public async Task Of_many_who_want_one_handle_at_once_one_gets_it()
    {
        var handle = ApiHost.NewHandle();
        var client = host.Anonymous();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            client.Post("/v1/accounts", New(handle, email: $"{handle}+{i}@example.com"))));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.Problem(409, "handle_taken"));
    }

    [Fact]
    public async Task One_logs_in_by_handle_or_by_address()
    {
        var somebody = await host.Somebody();
        foreach (var login in new[] { somebody.Handle, somebody.Handle.ToUpperInvariant(), somebody.Handle + "@example.com" })
        {
            var client = host.Anonymous();
            var answer = await client.Post("/v1/sessions", new { login, password = Person.Password });
            Assert.Equal(201, answer.Status);
            client.Token = answer.Json["accessToken"]!.GetValue<string>();
            Assert.Equal(somebody.Id, (await client.Get("/v1/me")).Json["id"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_wrong_login_looks_as_a_wrong_password_does()
    {
        var somebody = await host.Somebody();
        var client = host.Anonymous();
        var password = await client.Post("/v1/sessions", new { login = somebody.Handle, password = "not this one" });
        var login = await client.Post("/v1/sessions", new { login = ApiHost.NewHandle(), password = Person.Password });
        var nonsense = await client.Post("/v1/sessions", new { login = "\u0000 @", password = "short" });
        Assert.Equal(Bare(password), Bare(login));
        Assert.Equal(Bare(password), Bare(nonsense));

        static string Bare(ApiAnswer answer)
        {
            var problem = answer.Problem(401, "bad_credentials").AsObject();
            problem.Remove("traceId");
            return problem.ToJsonString();
        }
    }

    [Fact]
    public async Task A_refresh_token_is_spent_once_and_a_second_use_ends_the_session()
    {
        var somebody = await host.Somebody();
        var client = host.Anonymous();
        var first = await client.Post("/v1/sessions", new { login = somebody.Handle, password = Person.Password });
        var spent = first.Json["refreshToken"]!.GetValue<string>();

        var second = await client.Post("/v1/sessions/refresh", new { refreshToken = spent });
        Assert.Equal(200, second.Status);
        client.Token = second.Json["accessToken"]!.GetValue<string>();
        Assert.Equal(200, (await client.Get("/v1/me")).Status);

        (await client.Post("/v1/sessions/refresh", new { refreshToken = spent })).Problem(401, "bad_refresh_token");
        var next = second.Json["refreshToken"]!.GetValue<string>();
        (await client.Post("/v1/sessions/refresh", new { refreshToken = next })).Problem(401, "bad_refresh_token");
        (await client.Get("/v1/me")).Problem(401, "invalid_token");
        Assert.Equal(200, (await somebody.Client.Get("/v1/me")).Status);
    }

    [Fact]
    public async Task Logging_out_ends_the_access_token_at_once()
    {
        var somebody = await host.Somebody();
        Assert.Equal(204, (await somebody.Client.Delete("/v1/sessions/current")).Status);
        (await somebody.Client.Get("/v1/me")).Problem(401, "invalid_token");
    }

    [Fact]
    public async Task An_edit_leaves_what_is_absent_and_empties_what_is_null()
    {
        var client = (await host.Somebody("Before")).Client;
        var edited = await client.Patch("/v1/me", """{"bio":"두 줄\nof it","locale":"ko"}""");
        Assert.Equal(200, edited.Status);
        Assert.Equal("Before", edited.Json["displayName"]!.GetValue<string>());
        Assert.Equal("두 줄\nof it", edited.Json["bio"]!.GetValue<string>());
        Assert.Equal("ko", edited.Json["locale"]!.GetValue<string>());

        var cleared = await client.Patch("/v1/me", """{"bio":null,"displayName":"After","avatarPhotoId":null}""");
        Assert.Equal("", cleared.Json["bio"]!.GetValue<string>());
        Assert.Equal("After", cleared.Json["displayName"]!.GetValue<string>());
        Assert.Equal(cleared.Text, (await client.Get("/v1/me")).Text);
    }

    [Fact]
    public async Task A_name_cannot_be_emptied_and_an_address_of_another_cannot_be_taken()
    {
        var other = await host.Somebody();
        var client = (await host.Somebody()).Client;
        (await client.Patch("/v1/me", """{"displayName":null,"email":null,"locale":"fr"}""")).Wrong("displayName");
        (await client.Patch("/v1/me", $$"""{"email":"{{other.Handle}}@example.com"}""")).Problem(409, "email_taken");
    }

    [Fact]
    public async Task A_new_address_is_one_to_log_in_with_and_the_old_one_is_free()
    {
        var somebody = await host.Somebody();
        var next = ApiHost.NewHandle() + "@example.com";
        Assert.Equal(200, (await somebody.Client.Patch("/v1/me", new JsonObject { ["email"] = next }.ToJsonString())).Status);
        Assert.Equal(201, (await host.Anonymous().Post("/v1/sessions", new { login = next, password = Person.Password })).Status);
        var old = await host.Anonymous().Post("/v1/accounts", New(ApiHost.NewHandle(), email: somebody.Handle + "@example.com"));
        Assert.Equal(201, old.Status);
    }

    [Fact]
    public async Task An_edit_of_a_version_that_is_not_the_current_one_is_refused()
    {
        var client = (await host.Somebody()).Client;
        var tag = (await client.Get("/v1/me")).Headers["ETag"];
        Assert.Equal(200, (await client.Patch("/v1/me", """{"bio":"one"}""", ("If-Match", tag))).Status);
        (await client.Patch("/v1/me", """{"bio":"two"}""", ("If-Match", tag))).Problem(412, "stale_version");
        Assert.Equal("one", (await client.Get("/v1/me")).Json["bio"]!.GetValue<string>());
        Assert.Equal(200, (await client.Patch("/v1/me", """{"bio":"three"}""", ("If-Match", "*"))).Status);
    }

    [Fact]
    public async Task Nobody_sees_an_erased_account_or_anything_of_it()
    {
        var gone = await host.Somebody();
        var other = await host.Somebody();
        var post = await gone.Publish("soon gone #erased");
        Assert.Equal(204, (await other.Client.Put($"/v1/users/{gone.Id}/follow")).Status);

        Assert.Equal(202, (await gone.Client.Delete("/v1/me")).Status);
        (await gone.Client.Get("/v1/me")).Problem(401, "invalid_token");
        (await other.Client.Get("/v1/users/" + gone.Id)).Problem(404, "user_not_found");
        (await other.Client.Get("/v1/users/" + gone.Handle)).Problem(404, "user_not_found");
        (await (await host.Somebody()).Client.Put($"/v1/users/{gone.Id}/follow")).Problem(404, "user_not_found");
        (await other.Client.Get("/v1/posts/" + post)).Problem(404, "post_not_found");
        (await other.Client.Put($"/v1/posts/{post}/like")).Problem(404, "post_not_found");
        (await other.Client.Put($"/v1/posts/{post}/save")).Problem(404, "post_not_found");
        Assert.Empty((await other.Client.Get("/v1/feed")).Items);
        Assert.Empty((await other.Client.Get("/v1/tags/erased/posts")).Items);
        (await host.Anonymous().Post("/v1/sessions", new { login = gone.Handle, password = Person.Password }))
            .Problem(401, "bad_credentials");
    }

    [Theory]
    [InlineData("handle", """{"handle":"ab"}""")]
    [InlineData("handle", """{"handle":"mi na"}""")]
    [InlineData("handle", """{"handle":"m\u200bina"}""")]
    [InlineData("handle", """{"handle":"\u202emina"}""")]
    [InlineData("handle", """{"handle":"мина"}""")]
    [InlineData("handle", """{"handle":"mina\u0000"}""")]
    [InlineData("handle", """{}""")]
    [InlineData("email", """{"email":"mina"}""")]
    [InlineData("email", """{"email":"mina@@example.com"}""")]
    [InlineData("password", """{"password":"too short"}""")]
    [InlineData("displayName", """{"displayName":""}""")]
    [InlineData("displayName", """{"displayName":"\u200b\u200b"}""")]
    [InlineData("displayName", """{"displayName":"a\u0000b"}""")]
    [InlineData("displayName", """{"displayName":"123456789012345678901234567890123456789012345678901"}""")]
    [InlineData("locale", """{"locale":"xx"}""")]
    public async Task What_an_account_cannot_be_is_named_by_its_field(string field, string body) =>
        (await host.Anonymous().PostText("/v1/accounts", body)).Wrong(field);

    private static object New(string handle, string? email = null, string displayName = "Somebody", string? locale = null) =>
        new { handle, email = email ?? handle.ToLowerInvariant() + "@example.com", password = Person.Password, displayName, locale };
}
