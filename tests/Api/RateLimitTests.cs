using System.Globalization;

namespace StyleShare.Api.Tests;

public sealed class RateLimitTests(RateLimitTests.Host host) : IClassFixture<RateLimitTests.Host>
{
    [Fact]
    public async Task Writes_of_one_caller_are_limited_and_those_of_another_are_not()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        for (var i = 0; i < 5; i++)
            await mina.Publish();
        Refused(await mina.Client.Post("/v1/posts", new { caption = "one too many" }), "\"writes\";q=5;w=3600", "writes");
        Assert.Equal(200, (await mina.Client.Get("/v1/feed")).Status);
        Assert.Equal(5, (await mina.Client.Get("/v1/me")).Json["counts"]!["posts"]!.GetValue<int>());
        await juno.Publish();
    }

    [Fact]
    public async Task Logins_from_one_address_are_limited()
    {
        var client = host.Anonymous();
        ApiAnswer answer;
        var tries = 0;
        do
        {
            answer = await client.Post("/v1/sessions", new { login = "nobody", password = "whatever it is" });
            tries++;
        }
        while (answer.Status == 401);
        Assert.Equal(8, tries);
        Refused(answer, "\"login\";q=7;w=3600", "login");
    }

    [Fact]
    public async Task A_till_that_reads_wrong_codes_is_held_up_but_goes_on_with_what_needs_none()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        ApiAnswer answer;
        var tries = 0;
        do
        {
            answer = await shop.Buy(new { reference = $"{tries++}", memberCode = "0000000000", amount = 1 });
        }
        while (answer.Status == 422 && tries < 20);
        Assert.Equal(11, tries);
        Refused(answer, "\"wrong-codes\";q=10;w=3600", "wrong-codes");
        Assert.Equal(201, (await shop.Buy(new { reference = "by id", userId = buyer.Id, amount = 1 })).Status);
    }

    // Nobody is known here by another address than the one that they come from, unless a proxy is trusted.
    [Fact]
    public async Task A_made_up_forwarding_header_does_not_help()
    {
        await using var own = new Host();
        await own.InitializeAsync();
        var client = own.Anonymous();
        var statuses = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            var answer = await client.Post(
                "/v1/sessions", new { login = "nobody", password = "whatever it is" }, ("X-Forwarded-For", $"10.1.2.{i}"));
            statuses.Add(answer.Status);
        }

        Assert.Equal(7, statuses.Count(status => status == 401));
        Assert.Equal(3, statuses.Count(status => status == 429));
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_address_has_its_own_limit()
    {
        await using var own = new BehindProxy();
        await own.InitializeAsync();
        var client = own.Anonymous();
        for (var i = 0; i < 20; i++)
        {
            var answer = await client.Post(
                "/v1/sessions", new { login = "nobody", password = "whatever it is" }, ("X-Forwarded-For", $"10.1.{i}.9"));
            Assert.Equal(401, answer.Status);
        }
    }

    private static void Refused(ApiAnswer answer, string policy, string name)
    {
        answer.Problem(429, "rate_limited");
        var wait = int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture);
        Assert.InRange(wait, 1, 3_600);
        Assert.Equal(policy, answer.Headers["RateLimit-Policy"]);
        Assert.Equal($"\"{name}\";r=0;t={wait}", answer.Headers["RateLimit"]);
    }

    /// <summary>A host with limits that a test meets.</summary>
    public class Host : ApiHost
    {
        protected override string[] Settings =>
        [
            "--StyleShare:RateLimits:Enabled", "true",
            "--StyleShare:RateLimits:Login:Permits", "7",
            "--StyleShare:RateLimits:Login:Window", "01:00:00",
            "--StyleShare:RateLimits:WritesPerCaller:Permits", "5",
            "--StyleShare:RateLimits:WritesPerCaller:Window", "01:00:00",
            "--StyleShare:RateLimits:WrongCodesPerTill:Window", "01:00:00",
        ];
    }

    private sealed class BehindProxy : Host
    {
        protected override string[] Settings => [.. base.Settings, "--StyleShare:Http:TrustedProxies:0", "127.0.0.1"];
    }
}
