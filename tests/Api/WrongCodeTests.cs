namespace StyleShare.Api.Tests;

public sealed class WrongCodeTests(WrongCodeTests.Host host) : IClassFixture<WrongCodeTests.Host>
{
    [Fact]
    public async Task A_till_may_misread_a_few_codes_and_not_search_for_one()
    {
        var (shop, other) = (await host.Shop(), await host.Shop());
        var (mina, juno) = (await host.Customer(shop, 100), await host.Customer(other, 100));
        var known = (await mina.Redeem(shop, 50)).Json["code"]!.GetValue<string>();
        var last = (await mina.Redeem(shop, 50)).Json["code"]!.GetValue<string>();
        for (var i = 0; i < 4; i++)
            (await shop.Resolve("000000000" + i, "capture")).Problem(404, "unknown_code");

        // A right one does not count, whatever becomes of it.
        Assert.Equal(200, (await shop.Resolve(known, "capture")).Status);
        for (var i = 0; i < 20; i++)
            (await shop.Resolve(known, "void")).Problem(409, "already_captured");
        (await shop.Resolve("0000000004", "void")).Problem(404, "unknown_code");

        var refused = await shop.Resolve("0000000005", "capture");
        refused.Problem(429, "rate_limited");
        Assert.Equal("\"wrong-codes\";q=5;w=36000", refused.Headers["RateLimit-Policy"]);
        Assert.NotEqual("0", refused.Headers["Retry-After"]);
        (await shop.Resolve(last, "capture")).Problem(429, "rate_limited");
        var elsewhere = (await juno.Redeem(other, 50)).Json["code"]!.GetValue<string>();
        Assert.Equal(200, (await other.Resolve(elsewhere, "capture")).Status);
    }

    /// <summary>A host with limits that a test meets, and that do not come back while it runs.</summary>
    public sealed class Host : ApiHost
    {
        protected override string[] Settings =>
        [
            "--StyleShare:RateLimits:Enabled", "true",
            "--StyleShare:RateLimits:WrongCodesPerTill:Permits", "5",
            "--StyleShare:RateLimits:WrongCodesPerTill:Window", "10:00:00",
        ];
    }
}
