using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

public sealed class PurchaseTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Replayed = "Idempotency-Replayed";

    [Fact]
    public async Task A_purchase_is_shown_with_all_that_the_till_said_and_listed_for_both()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        var answer = await shop.Buy(new
        {
            reference = "receipt 1",
            userId = buyer.Id,
            amount = 12_345,
            items = new[] { new { name = "양말", quantity = 3, price = 4_115 } },
            occurredAt = "2026-03-02T18:30:00.1234567+09:00",
        });
        Assert.Equal(201, answer.Status);
        var purchase = answer.Json["purchase"]!;
        Assert.Equal((shop.Id, buyer.Id), (purchase["merchantId"]!.GetValue<string>(), purchase["userId"]!.GetValue<string>()));
        Assert.Equal("2026-03-02T09:30:00.123456Z", purchase["occurredAt"]!.GetValue<string>());
        Assert.Equal("KRW", purchase["currency"]!.GetValue<string>());
        Assert.Equal((617, 617), (answer.Json["earned"]!.GetValue<long>(), purchase["earned"]!.GetValue<long>()));
        Assert.Equal("[]", answer.Json["distributed"]!.ToJsonString());
        Assert.False(purchase.AsObject().ContainsKey("shareCode"));
        Assert.Equal(purchase.ToJsonString(), Assert.Single((await buyer.Client.Get("/v1/me/purchases")).Items)!.ToJsonString());
        Assert.Equal(
            purchase.ToJsonString(), Assert.Single((await shop.Till.Get($"/v1/merchants/{shop.Id}/purchases")).Items)!.ToJsonString());
    }

    [Fact]
    public async Task Whoever_brought_the_buyer_in_gets_a_share()
    {
        var shop = await host.Shop(new { earnBps = 500, sharePoolBps = 200, shareSplit = new[] { 70, 30 }, unclaimedShare = "buyer" });
        var (sharer, buyer) = (await host.Somebody(), await host.Somebody());
        var share = await sharer.Client.Post("/v1/shares", new { merchantId = shop.Id, channel = "link" });
        var code = share.Json["code"]!.GetValue<string>();
        var answer = await shop.Buy(new { reference = "1", userId = buyer.Id, amount = 100_000, shareCode = code });
        Assert.Equal(
            $$"""[{"userId":"{{buyer.Id}}","level":0,"points":600},{"userId":"{{sharer.Id}}","level":1,"points":1400}]""",
            answer.Json["distributed"]!.ToJsonString());
        Assert.Equal(code, answer.Json["purchase"]!["shareCode"]!.GetValue<string>());
        (await shop.Buy(new { reference = "2", userId = buyer.Id, amount = 1, shareCode = "nonsense" })).Problem(422, "unknown_share_code");
    }

    [Fact]
    public async Task The_same_key_from_a_hundred_connections_is_one_purchase_and_one_answer()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        var body = new { reference = "once", userId = buyer.Id, amount = 10_000 };
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => shop.Buy(body, key)));
        var done = answers.Where(answer => answer.Status == 201).ToList();
        Assert.Single(done.Select(answer => answer.Text).Distinct());
        Assert.Single(done, answer => !answer.Headers.ContainsKey(Replayed));
        Assert.All(answers.Except(done), answer => answer.Problem(409, "request_in_progress"));

        var later = await shop.Buy(body, key);
        Assert.Equal((201, "true", done[0].Text), (later.Status, later.Headers[Replayed], later.Text));
        Assert.Single((await buyer.Client.Get("/v1/me/purchases")).Items);

        // The reference alone finds it, too.
        var again = await shop.Buy(body);
        Assert.Equal((201, done[0].Text), (again.Status, again.Text));
        Assert.False(again.Headers.ContainsKey(Replayed));
        Assert.Single((await buyer.Client.Get("/v1/me/purchases")).Items);
    }

    [Fact]
    public async Task A_key_is_of_one_request_and_what_was_refused_stays_so()
    {
        var (shop, buyer, other) = (await host.Shop(), await host.Somebody(), await host.Shop());
        var body = new { reference = "a", userId = buyer.Id, amount = 10_000 };
        var key = Guid.NewGuid().ToString();
        Assert.Equal(201, (await shop.Buy(body, key)).Status);
        (await shop.Buy(body with { amount = 20_000 }, key)).Problem(422, "idempotency_key_reused");
        (await shop.Buy(body with { reference = "b" }, key)).Problem(422, "idempotency_key_reused");
        (await shop.Buy(body with { amount = 20_000 })).Problem(409, "reference_reused");
        Assert.Equal(201, (await other.Buy(body, key)).Status);

        var refused = Guid.NewGuid().ToString();
        var unknown = new { reference = "c", userId = Guid.NewGuid().ToString(), amount = 1 };
        (await shop.Buy(unknown, refused)).Problem(422, "unknown_user");
        var again = await shop.Buy(unknown, refused);
        again.Problem(422, "unknown_user");
        Assert.Equal("true", again.Headers[Replayed]);
        Assert.Single((await shop.Till.Get($"/v1/merchants/{shop.Id}/purchases")).Items);
    }

    [Fact]
    public async Task A_member_code_says_who_buys_once_and_its_retry_gets_the_first_answer()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        var memberCode = (await buyer.Client.Get("/v1/me/member-code")).Json["code"]!.GetValue<string>();
        var body = new { reference = "a", memberCode, amount = 10_000 };
        var first = await shop.Buy(body, "by-code");
        Assert.Equal(buyer.Id, first.Json["purchase"]!["userId"]!.GetValue<string>());
        var again = await shop.Buy(body, "by-code");
        Assert.Equal((201, first.Text, "true"), (again.Status, again.Text, again.Headers[Replayed]));
        Assert.Equal(first.Text, (await shop.Buy(body)).Text);
        (await shop.Buy(body with { reference = "b" })).Problem(422, "unknown_member_code");
        (await shop.Buy(body with { reference = "b", memberCode = "nonsense" })).Problem(422, "unknown_member_code");
        Assert.Single((await buyer.Client.Get("/v1/me/purchases")).Items);
    }

    [Fact]
    public async Task Without_a_key_points_do_not_move()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        var path = $"/v1/merchants/{shop.Id}/purchases";
        (await shop.Till.Post(path, new { reference = "a", userId = buyer.Id, amount = 1 })).Problem(400, "idempotency_key_required");
        (await shop.Till.Post($"{path}/{Guid.NewGuid()}/refunds", new { })).Problem(400, "idempotency_key_required");
        (await shop.Buy(new { reference = "a", userId = buyer.Id, amount = 1 }, " ")).Problem(400, "bad_idempotency_key");
        Assert.Empty((await shop.Till.Get(path)).Items);
    }

    [Theory]
    [InlineData("""{"userId":"U","amount":1}""", "reference")]
    [InlineData("""{"reference":"","userId":"U","amount":1}""", "reference")]
    [InlineData("""{"reference":"R","userId":"U","amount":1}""", "reference")]
    [InlineData("""{"reference":"a","amount":1}""", "userId")]
    [InlineData("""{"reference":"a","userId":"somebody","amount":1}""", "userId")]
    [InlineData("""{"reference":"a","userId":"U","memberCode":"ABC","amount":1}""", "userId")]
    [InlineData("""{"reference":"a","userId":"U"}""", "amount")]
    [InlineData("""{"reference":"a","userId":"U","amount":0}""", "amount")]
    [InlineData("""{"reference":"a","userId":"U","amount":-1}""", "amount")]
    [InlineData("""{"reference":"a","userId":"U","amount":1000000000001}""", "amount")]
    [InlineData("""{"reference":"a","userId":"U","amount":1,"items":[{}]}""", "items[0].name")]
    [InlineData("""{"reference":"a","userId":"U","amount":1,"items":[{"name":"x","quantity":0}]}""", "items[0].quantity")]
    [InlineData("""{"reference":"a","userId":"U","amount":1,"items":[{"name":"x","price":-1}]}""", "items[0].price")]
    [InlineData("""{"reference":"a","userId":"U","amount":1,"occurredAt":"2999-01-01T00:00:00Z"}""", "occurredAt")]
    [InlineData("""{"reference":"a","userId":"U","amount":1,"occurredAt":"1999-01-01T00:00:00Z"}""", "occurredAt")]
    public async Task What_is_wrong_with_a_purchase_is_named(string body, string field)
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        body = body.Replace("\"U\"", $"\"{buyer.Id}\"", StringComparison.Ordinal).Replace("\"R\"", $"\"{new string('r', 101)}\"", StringComparison.Ordinal);
        (await shop.Buy(JsonNode.Parse(body)!)).Wrong(field);
    }

    [Fact]
    public async Task Refunds_take_back_in_proportion_until_nothing_is_left()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        var bought = await shop.Buy(new { reference = "a", userId = buyer.Id, amount = 1_000 });
        var id = bought.Json["purchase"]!["id"]!.GetValue<string>();
        (await shop.Refund(id, new { amount = 1_001 })).Problem(422, "refund_exceeds_purchase");
        (await shop.Refund(id, new { amount = 0 })).Wrong("amount");

        var key = Guid.NewGuid().ToString();
        var part = await shop.Refund(id, new { amount = 333 }, key);
        Assert.Equal(201, part.Status);
        Assert.Equal((333, id), (part.Json["refund"]!["amount"]!.GetValue<long>(), part.Json["refund"]!["purchaseId"]!.GetValue<string>()));
        Assert.Equal($$"""[{"userId":"{{buyer.Id}}","level":0,"points":16}]""", part.Json["clawedBack"]!.ToJsonString());
        var again = await shop.Refund(id, new { amount = 333 }, key);
        Assert.Equal((part.Text, "true"), (again.Text, again.Headers[Replayed]));

        var rest = await shop.Refund(id, new { }, "the-rest");
        Assert.Equal(667, rest.Json["refund"]!["amount"]!.GetValue<long>());
        Assert.Equal(34, rest.Json["clawedBack"]![0]!["points"]!.GetValue<long>());
        (await shop.Refund(id, new { })).Problem(409, "already_refunded");
        again = await shop.Refund(id, new { }, "the-rest");
        Assert.Equal((201, rest.Text, "true"), (again.Status, again.Text, again.Headers[Replayed]));
        Assert.Equal(1_000, (await buyer.Client.Get("/v1/me/purchases")).Items[0]!["refunded"]!.GetValue<long>());
        (await shop.Refund(Guid.NewGuid().ToString(), new { })).Problem(404, "purchase_not_found");
        (await shop.Refund("a", new { })).Problem(404, "purchase_not_found");
    }

    [Fact]
    public async Task A_page_that_is_being_read_is_not_shifted_by_what_is_bought_meanwhile()
    {
        var (shop, buyer) = (await host.Shop(), await host.Somebody());
        for (var i = 1; i <= 5; i++)
            await shop.Buy(new { reference = $"{i}", userId = buyer.Id, amount = i });
        var read = new List<long>();
        for (var path = "/v1/me/purchases?limit=2"; path is not null;)
        {
            var page = await buyer.Client.Get(path);
            read.AddRange(page.Items.Select(purchase => purchase!["amount"]!.GetValue<long>()));
            path = page.Next is { } next ? "/v1/me/purchases?limit=2&cursor=" + next : null;
            await shop.Buy(new { reference = $"later {read.Count}", userId = buyer.Id, amount = 100 });
        }

        Assert.Equal([5, 4, 3, 2, 1], read);
        Assert.Empty((await (await host.Somebody()).Client.Get("/v1/me/purchases")).Items);
        (await buyer.Client.Get("/v1/me/purchases?cursor=x")).Problem(400, "bad_cursor");
    }
}
