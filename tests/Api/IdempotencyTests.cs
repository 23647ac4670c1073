namespace StyleShare.Api.Tests;

public sealed class IdempotencyTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task The_same_request_again_gets_the_first_answer_and_nothing_is_done_twice()
    {
        var mina = await host.Somebody();
        var key = NewKey();
        var first = await mina.Client.Post("/v1/posts", new { caption = "once" }, (Header, key));
        Assert.Equal(201, first.Status);
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));

        var again = await mina.Client.Post("/v1/posts", new { caption = "once" }, (Header, key));
        Assert.Equal(201, again.Status);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.Headers["Location"], again.Headers["Location"]);
        Assert.Single((await mina.Client.Get($"/v1/users/{mina.Id}/posts")).Items);
    }

    [Fact]
    public async Task A_hundred_at_once_have_one_effect_and_one_answer()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var post = await mina.Publish();
        var key = NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            juno.Client.Post($"/v1/posts/{post}/comments", new { text = "once" }, (Header, key))));

        var comment = Assert.Single((await mina.Client.Get($"/v1/posts/{post}/comments")).Items)!["id"]!.GetValue<string>();
        var done = answers.Where(answer => answer.Status == 201).ToList();
        Assert.Single(done, answer => !answer.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.All(done, answer => Assert.Equal(comment, answer.Json["id"]!.GetValue<string>()));
        Assert.All(answers.Except(done), answer => answer.Problem(409, "request_in_progress"));
    }

    [Fact]
    public async Task A_hundred_sign_ups_at_once_make_one_account_and_one_pair_of_tokens()
    {
        var handle = ApiHost.NewHandle();
        var body = new { handle, email = handle + "@example.com", password = Person.Password, displayName = "Once" };
        var key = NewKey();
        var client = host.Anonymous();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.Post("/v1/accounts", body, (Header, key))));
        var done = answers.Where(answer => answer.Status == 201).ToList();
        Assert.Single(done.Select(answer => answer.Text).Distinct());
        Assert.All(answers.Except(done), answer => answer.Problem(409, "request_in_progress"));

        var later = await client.Post("/v1/accounts", body, (Header, key));
        Assert.Equal(done[0].Text, later.Text);
        client.Token = later.Json["accessToken"]!.GetValue<string>();
        Assert.Equal(200, (await client.Get("/v1/me")).Status);
    }

    [Fact]
    public async Task A_key_belongs_to_one_request_of_one_caller()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var key = NewKey();
        Assert.Equal(201, (await mina.Client.Post("/v1/posts", new { caption = "one" }, (Header, key))).Status);
        (await mina.Client.Post("/v1/posts", new { caption = "two" }, (Header, key))).Problem(422, "idempotency_key_reused");
        var post = await juno.Publish();
        (await mina.Client.Post($"/v1/posts/{post}/comments", new { text = "x" }, (Header, key)))
            .Problem(422, "idempotency_key_reused");
        Assert.Equal(201, (await juno.Client.Post("/v1/posts", new { caption = "one" }, (Header, key))).Status);
    }

    [Fact]
    public async Task A_refusal_by_a_rule_is_seen_again_though_it_would_not_hold_any_more()
    {
        var mina = await host.Somebody();
        var handle = ApiHost.NewHandle();
        var key = NewKey();
        var client = host.Anonymous();
        var taken = new { handle, email = mina.Handle + "@example.com", password = Person.Password, displayName = "x" };
        (await client.Post("/v1/accounts", taken, (Header, key))).Problem(409, "email_taken");
        Assert.Equal(200, (await mina.Client.Patch("/v1/me", $$"""{"email":"{{ApiHost.NewHandle()}}@example.com"}""")).Status);

        var again = await client.Post("/v1/accounts", taken, (Header, key));
        again.Problem(409, "email_taken");
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(201, (await client.Post("/v1/accounts", taken, (Header, NewKey()))).Status);
    }

    [Fact]
    public async Task What_was_wrong_with_the_request_alone_may_be_mended_under_the_same_key()
    {
        var mina = await host.Somebody();
        var key = NewKey();
        (await mina.Client.Post("/v1/posts", new { caption = "a\u0000" }, (Header, key))).Problem(400, "invalid_fields");
        Assert.Equal(201, (await mina.Client.Post("/v1/posts", new { caption = "a" }, (Header, key))).Status);
        (await host.Anonymous().Post("/v1/sessions", new { login = mina.Handle, password = "wrong" }, (Header, key)))
            .Problem(401, "bad_credentials");
        Assert.Equal(
            201, (await host.Anonymous().Post("/v1/sessions", new { login = mina.Handle, password = Person.Password }, (Header, key))).Status);
    }

    [Fact]
    public async Task A_spent_refresh_token_answers_its_own_retry()
    {
        var mina = await host.Somebody();
        var client = host.Anonymous();
        var tokens = await client.Post("/v1/sessions", new { login = mina.Handle, password = Person.Password });
        var body = new { refreshToken = tokens.Json["refreshToken"]!.GetValue<string>() };
        var key = NewKey();
        var first = await client.Post("/v1/sessions/refresh", body, (Header, key));
        var again = await client.Post("/v1/sessions/refresh", body, (Header, key));
        Assert.Equal(first.Text, again.Text);
        client.Token = again.Json["accessToken"]!.GetValue<string>();
        Assert.Equal(200, (await client.Get("/v1/me")).Status);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(255)]
    public async Task A_key_has_up_to_255_characters(int length)
    {
        var answer = await (await host.Somebody()).Client.Post("/v1/posts", new { caption = "a" }, (Header, new string('k', length)));
        if (length > 255)
            answer.Problem(400, "bad_idempotency_key");
        else
            Assert.Equal(201, answer.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("tab\there")]
    public async Task A_key_is_visible_ASCII(string key) =>
        (await (await host.Somebody()).Client.Post("/v1/posts", new { caption = "a" }, (Header, key)))
            .Problem(400, "bad_idempotency_key");

    private static string NewKey() => Guid.NewGuid().ToString();
}
