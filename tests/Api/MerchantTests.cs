using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

public sealed class MerchantTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_shop_is_seen_and_edited_by_its_owner_alone()
    {
        var (owner, other) = (await host.Somebody(), await host.Somebody());
        var opened = await owner.OpenShop(new { earnBps = 500, sharePoolBps = 200, shareSplit = new[] { 70, 30 }, unclaimedShare = "buyer" });
        var path = "/v1/merchants/" + opened["merchant"]!["id"];
        var seen = await owner.Client.Get(path);
        Assert.Equal(opened["merchant"]!.ToJsonString(), seen.Json.ToJsonString());
        Assert.Equal(
            """{"earnBps":500,"sharePoolBps":200,"shareSplit":[70,30],"unclaimedShare":"buyer","expiryDays":null,"minRedeem":1,"maxPerPurchase":null,"active":true}""",
            seen.Json["program"]!.ToJsonString());
        Assert.Equal(304, (await owner.Client.Send(HttpMethod.Get, path, null, ("If-None-Match", seen.Headers["ETag"]))).Status);

        (await other.Client.Get(path)).Problem(404, "merchant_not_found");
        (await other.Client.Patch(path, """{"name":"Mine"}""")).Problem(404, "merchant_not_found");
        (await other.Client.Post(path + "/api-keys", new { })).Problem(404, "merchant_not_found");
        (await other.Client.Delete($"{path}/api-keys/{KeyIds(seen.Json)[0]}")).Problem(404, "merchant_not_found");
        (await owner.Client.Get("/v1/merchants/" + Guid.NewGuid())).Problem(404, "merchant_not_found");
        (await owner.Client.Get("/v1/merchants/oat")).Problem(404, "merchant_not_found");
    }

    [Fact]
    public async Task An_edit_changes_what_it_names_and_a_stale_version_is_refused()
    {
        var owner = await host.Somebody();
        var path = "/v1/merchants/" + (await owner.OpenShop(new { earnBps = 500, expiryDays = 30, maxPerPurchase = 9 }))["merchant"]!["id"];
        var before = await owner.Client.Get(path);
        var edited = await owner.Client.Patch(path, """{"name":"Flax","program":{"active":false,"maxPerPurchase":null}}""", ("If-Match", before.Headers["ETag"]));
        Assert.Equal(200, edited.Status);
        Assert.Equal("Flax", edited.Json["name"]!.GetValue<string>());
        Assert.Equal(
            """{"earnBps":500,"sharePoolBps":0,"shareSplit":[100],"unclaimedShare":"merchant","expiryDays":30,"minRedeem":1,"maxPerPurchase":null,"active":false}""",
            edited.Json["program"]!.ToJsonString());
        (await owner.Client.Patch(path, """{"name":"Jute"}""", ("If-Match", before.Headers["ETag"]))).Problem(412, "stale_version");
        Assert.Equal(edited.Text, (await owner.Client.Get(path)).Text);

        // Without If-Match, edits at the same moment all take effect.
        var fields = new[] { """{"earnBps":1}""", """{"sharePoolBps":2}""", """{"minRedeem":3}""", """{"expiryDays":4}""" };
        var answers = await Task.WhenAll(fields.Select(field => owner.Client.Patch(path, $$"""{"program":{{field}}}""")));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var program = (await owner.Client.Get(path)).Json["program"]!;
        Assert.Equal("1 2 3 4", $"{program["earnBps"]} {program["sharePoolBps"]} {program["minRedeem"]} {program["expiryDays"]}");
    }

    [Theory]
    [InlineData("""{"currency":"KRW","program":{"earnBps":1}}""", "name")]
    [InlineData("""{"name":" ","currency":"KRW","program":{"earnBps":1}}""", "name")]
    [InlineData("""{"name":"Oat","program":{"earnBps":1}}""", "currency")]
    [InlineData("""{"name":"Oat","currency":"won","program":{"earnBps":1}}""", "currency")]
    [InlineData("""{"name":"Oat","currency":"KRW"}""", "program")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{}}""", "program.earnBps")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{"earnBps":10001}}""", "program.earnBps")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{"earnBps":1,"sharePoolBps":-1}}""", "program.sharePoolBps")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{"earnBps":1,"shareSplit":[]}}""", "program.shareSplit")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{"earnBps":1,"unclaimedShare":"nobody"}}""", "program.unclaimedShare")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{"earnBps":1,"expiryDays":0}}""", "program.expiryDays")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{"earnBps":1,"minRedeem":0}}""", "program.minRedeem")]
    [InlineData("""{"name":"Oat","currency":"KRW","program":{"earnBps":1,"maxPerPurchase":-1}}""", "program.maxPerPurchase")]
    public async Task What_is_wrong_with_a_shop_is_named(string body, string field)
    {
        var owner = await host.Somebody();
        (await owner.Client.PostText("/v1/merchants", body)).Wrong(field);
        if (field.StartsWith("program.", StringComparison.Ordinal) && !body.Contains("{}", StringComparison.Ordinal))
        {
            var path = "/v1/merchants/" + (await owner.OpenShop())["merchant"]!["id"];
            var program = JsonNode.Parse(body)!["program"]!.ToJsonString();
            (await owner.Client.Patch(path, $$"""{"program":{{program}}}""")).Wrong(field);
        }
    }

    [Fact]
    public async Task A_key_is_shown_once_and_kept_as_a_hash()
    {
        var owner = await host.Somebody();
        var opened = await owner.OpenShop();
        var key = opened["apiKey"]!.GetValue<string>();
        Assert.StartsWith("ssk_", key, StringComparison.Ordinal);
        var path = "/v1/merchants/" + opened["merchant"]!["id"];
        var added = await owner.Client.Post(path + "/api-keys", new { });
        Assert.Equal(201, added.Status);
        Assert.Equal("no-store", added.Headers["Cache-Control"]);

        var seen = await owner.Client.Get(path);
        Assert.DoesNotContain("ssk_", seen.Text, StringComparison.Ordinal);
        Assert.Equal(2, KeyIds(seen.Json).Length);
        Assert.Equal(added.Json["key"]!["id"]!.GetValue<string>(), KeyIds(seen.Json)[1]);
        Assert.NotNull(seen.Json["apiKeys"]![0]!["endsAt"]);
        Assert.Null(seen.Json["apiKeys"]![1]!["endsAt"]);
        var stored = await host.Database.ScalarAsync<string>($"SELECT keys::text FROM merchants WHERE id = '{opened["merchant"]!["id"]}'");
        foreach (var secret in new[] { key, added.Json["apiKey"]!.GetValue<string>() })
            Assert.DoesNotContain(secret[^40..], stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opening_a_shop_again_with_the_same_key_opens_no_second_one()
    {
        var owner = await host.Somebody();
        var body = new { name = "Once", currency = "KRW", program = new { earnBps = 1 } };
        var header = ("Idempotency-Key", Guid.NewGuid().ToString());
        var first = await owner.Client.Post("/v1/merchants", body, header);
        var again = await owner.Client.Post("/v1/merchants", body, header);
        Assert.Equal(201, first.Status);
        Assert.Equal("/v1/merchants/" + first.Json["merchant"]!["id"], first.Headers["Location"]);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
    }

    private static string[] KeyIds(JsonNode merchant) =>
        [.. merchant["apiKeys"]!.AsArray().Select(key => key!["id"]!.GetValue<string>())];
}
