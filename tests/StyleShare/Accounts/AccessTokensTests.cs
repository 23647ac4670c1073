using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StyleShare.Testing;

namespace StyleShare.Tests.Accounts;

public sealed class AccessTokensTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Guid Mina = Guid.NewGuid();
    private static readonly Guid Session = Guid.NewGuid();
    private readonly FakeTime _time = new();

    [Fact]
    public async Task A_token_says_who_it_is_for_until_it_expires()
    {
        using var silo = new TokenFixture(database, _time);
        var before = _time.GetUtcNow();
        var token = await silo.Tokens.Issue(Mina, Session);

        var valid = await silo.Tokens.Validate(token);
        Assert.Equal((Mina, Session), (valid!.UserId, valid.SessionId));
        Assert.InRange(
            valid.ExpiresAt - silo.Options.AccessTokenLifetime, before - TimeSpan.FromSeconds(1), _time.GetUtcNow());
        _time.Advance(silo.Options.AccessTokenLifetime);
        Assert.NotNull(await silo.Tokens.Validate(token));
        _time.Advance(silo.Options.ClockSkew);
        Assert.Null(await silo.Tokens.Validate(token));
    }

    [Fact]
    public async Task An_expired_token_is_refused_by_a_silo_that_never_saw_it()
    {
        using var silo = new TokenFixture(database, _time);
        var token = await silo.Tokens.Issue(Mina, Session);
        _time.Advance(silo.Options.AccessTokenLifetime + silo.Options.ClockSkew);
        using var other = new TokenFixture(database, _time);
        Assert.Null(await other.Tokens.Validate(token));
    }

    [Fact]
    public async Task A_token_with_a_changed_byte_anywhere_is_refused()
    {
        using var silo = new TokenFixture(database, _time);
        var token = await silo.Tokens.Issue(Mina, Session);
        Assert.NotNull(await silo.Tokens.Validate(token));
        for (var i = 0; i < token.Length; i++)
        {
            var forged = token.ToCharArray();
            forged[i] = forged[i] == 'A' ? 'B' : 'A';

            // The last character of base64url of 32 bytes has two bits that mean nothing; any other change counts.
            if (Decoded(new string(forged)) != Decoded(token))
                Assert.Null(await silo.Tokens.Validate(forged));
        }
    }

    [Fact]
    public async Task A_token_of_another_algorithm_or_none_is_refused()
    {
        using var silo = new TokenFixture(database, _time);
        var key = await silo.Keys.CurrentAsync(TestContext.Current.CancellationToken);
        var good = await silo.Tokens.Issue(Mina, Session);
        var payload = good.Split('.')[1];

        // The same signing input is accepted with HS256, so it is the algorithm that the others are refused for.
        Assert.NotNull(await silo.Tokens.Validate(Signed("HS256", HMACSHA256.HashData)));
        Assert.Null(await silo.Tokens.Validate(Signed("HS384", HMACSHA384.HashData)));
        Assert.Null(await silo.Tokens.Validate(Signed("HS512", HMACSHA512.HashData)));
        Assert.Null(await silo.Tokens.Validate(Signed("RS256", HMACSHA256.HashData)));
        Assert.Null(await silo.Tokens.Validate(Signed("none", HMACSHA256.HashData)));
        Assert.Null(await silo.Tokens.Validate(Signed("none", (_, _) => [])));
        Assert.Null(await silo.Tokens.Validate(Signed("HS256", (_, _) => [])));

        string Signed(string algorithm, Func<byte[], byte[], byte[]> sign)
        {
            var header = Encode($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{key.Kid}}"}""");
            var signature = sign(key.Secret, Encoding.ASCII.GetBytes($"{header}.{payload}"));
            return $"{header}.{payload}.{Base64Url.EncodeToString(signature)}";
        }
    }

    [Theory]
    [InlineData("somebody", "styleshare-api")]
    [InlineData("styleshare", "somebody")]
    public async Task A_token_by_or_for_somebody_else_is_refused(string issuer, string audience)
    {
        using var silo = new TokenFixture(database, _time);
        using var other = new TokenFixture(database, _time, o => (o.Issuer, o.Audience) = (issuer, audience));
        Assert.Null(await silo.Tokens.Validate(await other.Tokens.Issue(Mina, Session)));
    }

    [Fact]
    public async Task A_token_without_an_end_or_of_no_person_is_refused()
    {
        using var silo = new TokenFixture(database, _time);
        var key = await silo.Keys.CurrentAsync(TestContext.Current.CancellationToken);
        var end = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
        const string By = """ "iss":"styleshare","aud":"styleshare-api" """;

        Assert.NotNull(await silo.Tokens.Validate(Signed($$"""{{{By}},"exp":{{end}},"sub":"{{Mina}}","sid":"{{Session}}"}""")));
        Assert.Null(await silo.Tokens.Validate(Signed($$"""{{{By}},"sub":"{{Mina}}","sid":"{{Session}}"}""")));
        Assert.Null(await silo.Tokens.Validate(Signed($$"""{{{By}},"exp":{{end}},"sub":"admin","sid":"{{Session}}"}""")));
        Assert.Null(await silo.Tokens.Validate(Signed($$"""{{{By}},"exp":{{end}},"sub":"{{Mina}}"}""")));
        Assert.Null(await silo.Tokens.Validate(Signed("[]")));

        string Signed(string payload)
        {
            var input = Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{key.Kid}}"}""") + "." + Encode(payload);
            return input + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(input)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("bearer")]
    [InlineData("민아.민아.민아")]
    [InlineData("e30.e30.e30")]
    public async Task Anything_else_is_refused(string token)
    {
        using var silo = new TokenFixture(database, _time);
        Assert.Null(await silo.Tokens.Validate(token));
    }

    [Fact]
    public async Task A_huge_token_is_refused()
    {
        using var silo = new TokenFixture(database, _time);
        var good = await silo.Tokens.Issue(Mina, Session);
        Assert.Null(await silo.Tokens.Validate(good + new string('A', 1_000_000)));
    }

    [Fact]
    public async Task A_token_that_names_a_key_nobody_has_is_refused()
    {
        using var silo = new TokenFixture(database, _time);
        var secret = RandomNumberGenerator.GetBytes(32);
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = silo.Options.Issuer,
            Audience = silo.Options.Audience,
            Expires = _time.GetUtcNow().AddMinutes(5).UtcDateTime,
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(secret) { KeyId = "nobody" }, SecurityAlgorithms.HmacSha256),
        });
        Assert.Null(await silo.Tokens.Validate(token));
    }

    [Fact]
    public async Task The_cache_is_bounded_and_keeps_what_is_in_use()
    {
        using var silo = new TokenFixture(database, _time, options => options.TokenCacheSize = 10);
        var used = await silo.Tokens.Issue(Mina, Session);
        Assert.NotNull(await silo.Tokens.Validate(used));
        for (var i = 0; i < 100; i++)
        {
            Assert.NotNull(await silo.Tokens.Validate(await silo.Tokens.Issue(Guid.NewGuid(), Guid.NewGuid())));
            var again = silo.Tokens.Validate(used);
            Assert.True(again.IsCompletedSuccessfully);
            Assert.Equal(Mina, (await again)!.UserId);
            Assert.InRange(silo.Tokens.Cached, 1, 20);
        }
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Decoded(string token)
    {
        var parts = token.Split('.');
        var last = parts[^1];
        try
        {
            var signature = Convert.FromBase64String(last.Replace('-', '+').Replace('_', '/') + "=");
            return $"{string.Join('.', parts[..^1])}.{Convert.ToHexString(signature)}";
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
