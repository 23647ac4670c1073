namespace StyleShare.Api.Tests;

/// <summary>Who may call what a shop's tills call.</summary>
public sealed class TillTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Only_a_good_key_of_the_shop_lets_a_till_in()
    {
        var (shop, other) = (await host.Shop(), await host.Shop());
        var path = $"/v1/merchants/{shop.Id}/purchases";
        Assert.Equal(200, (await shop.Till.Get(path)).Status);
        (await host.Anonymous().Get(path)).Problem(401, "unauthenticated");
        foreach (var key in new[] { "ssk_", shop.Till.Token![..^2] + "AA", "x" + shop.Till.Token, shop.Till.Token.Replace("ssk_", "sk_", StringComparison.Ordinal) })
            (await host.Till(key).Get(path)).Problem(401, "invalid_token");

        // Another shop is one that is not there; a person's token is a good one, but not for this.
        (await other.Till.Get(path)).Problem(404, "merchant_not_found");
        (await shop.Till.Get($"/v1/merchants/{Guid.NewGuid()}/purchases")).Problem(404, "merchant_not_found");
        (await shop.Owner.Client.Get(path)).Problem(403, "tills_only");
        (await host.Operator().Get(path)).Problem(401, "invalid_token");

        // Nor does a till's key let anybody in anywhere else.
        (await shop.Till.Get("/v1/me")).Problem(401, "invalid_token");
        (await shop.Till.Get("/v1/merchants/" + shop.Id)).Problem(401, "invalid_token");
        (await shop.Till.Get("/ops/v1/queues")).Problem(401, "invalid_token");
    }

    [Fact]
    public async Task A_rotated_key_and_the_new_one_are_both_good_and_a_deleted_one_is_not()
    {
        var shop = await host.Shop();
        var (path, keys) = ($"/v1/merchants/{shop.Id}/purchases", $"/v1/merchants/{shop.Id}/api-keys");
        var added = await shop.Owner.Client.Post(keys, new { });
        var second = host.Till(added.Json["apiKey"]!.GetValue<string>());
        Assert.Equal(200, (await shop.Till.Get(path)).Status);
        Assert.Equal(200, (await second.Get(path)).Status);

        var shown = (await shop.Owner.Client.Get($"/v1/merchants/{shop.Id}")).Json["apiKeys"]!.AsArray();
        Assert.Equal(204, (await shop.Owner.Client.Delete($"{keys}/{shown[0]!["id"]}")).Status);
        (await shop.Till.Get(path)).Problem(401, "invalid_token");
        Assert.Equal(200, (await second.Get(path)).Status);
        (await shop.Owner.Client.Delete($"{keys}/{shown[0]!["id"]}")).Problem(404, "api_key_not_found");
        (await shop.Owner.Client.Delete($"{keys}/first")).Problem(404, "api_key_not_found");
    }

    [Fact]
    public async Task A_retry_with_the_new_key_is_still_the_same_request()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        var body = new { reference = "a", userId = buyer.Id, amount = 1_000 };
        var first = await shop.Buy(body, "retried");
        var added = await shop.Owner.Client.Post($"/v1/merchants/{shop.Id}/api-keys", new { });
        var again = await (shop with { Till = host.Till(added.Json["apiKey"]!.GetValue<string>()) }).Buy(body, "retried");
        Assert.Equal((first.Text, "true"), (again.Text, again.Headers["Idempotency-Replayed"]));
    }
}
