using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Api.Tests;

public sealed class AuthenticationTests(AuthenticationTests.Host host) : IClassFixture<AuthenticationTests.Host>
{
    [Theory]
    [InlineData("GET", "/v1/me")]
    [InlineData("PATCH", "/v1/me")]
    [InlineData("DELETE", "/v1/me")]
    [InlineData("GET", "/v1/users/somebody")]
    [InlineData("POST", "/v1/posts")]
    [InlineData("PUT", "/v1/posts/0199d1a4-5e00-7a10-8c2b-6f1d2e3a4b5c/like")]
    [InlineData("GET", "/v1/feed")]
    [InlineData("DELETE", "/v1/sessions/current")]
    public async Task Without_a_token_nothing_is_shown_and_nothing_done(string method, string path)
    {
        var body = method is "POST" or "PATCH" ? ApiClient.Json("{}") : null;
        var answer = await host.Anonymous().Send(new HttpMethod(method), path, body);
        answer.Problem(401, "unauthenticated");
        Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task A_forged_token_is_refused_whatever_was_changed()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var parts = mina.Client.Token!.Split('.');
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        payload["sub"] = juno.Id;
        var forgedPayload = Encode(payload.ToJsonString());
        var otherKey = RandomNumberGenerator.GetBytes(64);

        string[] forged =
        [
            $"{parts[0]}.{forgedPayload}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.{Encode("another signature")}",
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}",
            $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{forgedPayload}.",
            $"{With(header, "alg", "none")}.{parts[1]}.",
            $"{With(header, "alg", "HS512")}.{parts[1]}.{parts[2]}",
            Signed($"{parts[0]}.{forgedPayload}", otherKey),
            Signed($"{With(header, "kid", "another")}.{parts[1]}", otherKey),
            Signed($"{With(header, "kid", "../../etc/passwd")}.{parts[1]}", otherKey),
            mina.Client.Token + "x", "x" + mina.Client.Token, mina.Client.Token[..^2], "a.b.c", "..", ".", " ", "\"",
            new string('a', 9_000), Guid.NewGuid().ToString(),
        ];
        var caller = host.Anonymous();
        foreach (var token in forged)
        {
            caller.Token = token;
            (await caller.Get("/v1/me")).Problem(401, "invalid_token");
        }

        Assert.Equal(200, (await mina.Client.Get("/v1/me")).Status);
    }

    [Theory]
    [InlineData("Basic bWluYTptaW5h")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("")]
    public async Task Another_scheme_is_refused(string header)
    {
        var answer = await host.Anonymous().Get("/v1/me", ("Authorization", header));
        Assert.Equal(401, answer.Status);
        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scheme_is_known_in_any_case()
    {
        var mina = await host.Somebody();
        Assert.Equal(200, (await host.Anonymous().Get("/v1/me", ("Authorization", "bearer " + mina.Client.Token))).Status);
    }

    [Fact]
    public async Task An_expired_token_is_refused_and_a_refreshed_one_works()
    {
        var mina = await host.Somebody();
        var tokens = await host.Anonymous().Post("/v1/sessions", new { login = mina.Handle, password = Person.Password });
        host.Clock.Advance(TimeSpan.FromMinutes(20));
        var answer = await mina.Client.Get("/v1/me");
        answer.Problem(401, "invalid_token");
        Assert.Contains("invalid_token", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);

        var next = await host.Anonymous().Post(
            "/v1/sessions/refresh", new { refreshToken = tokens.Json["refreshToken"]!.GetValue<string>() });
        Assert.Equal(200, next.Status);
        mina.Client.Token = next.Json["accessToken"]!.GetValue<string>();
        Assert.Equal(200, (await mina.Client.Get("/v1/me")).Status);
    }

    private static string With(JsonNode header, string name, string value)
    {
        var changed = header.DeepClone();
        changed[name] = value;
        return Encode(changed.ToJsonString());
    }

    private static string Signed(string text, byte[] key) =>
        $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>A host whose clock a test sets. Only forward, and each test signs up its own people.</summary>
    public sealed class Host : ApiHost
    {
        public FakeTime Clock { get; } = new();

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(Clock);
    }
}
