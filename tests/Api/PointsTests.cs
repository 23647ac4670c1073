using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Points;

namespace StyleShare.Api.Tests;

public sealed class PointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Points_are_redeemed_at_the_till_and_the_account_says_so()
    {
        var shop = await host.Shop();
        var mina = await host.Customer(shop, 1_000);
        var held = await mina.Redeem(shop, 400);
        Assert.True(held.Status == 201, held.ToString());
        Assert.Equal(("held", 400), (held.Json["state"]!.GetValue<string>(), held.Json["points"]!.GetValue<long>()));
        var code = held.Json["code"]!.GetValue<string>();
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{10}$", code);
        Balance(await Points(mina, shop), balance: 1_000, held: 400, available: 600);

        // As people type it.
        var typed = code.ToLowerInvariant().Insert(5, "-").Replace('1', 'l').Replace('0', 'o');
        var captured = await shop.Resolve(typed, "capture", new { points = 300 });
        Assert.True(captured.Status == 200, captured.ToString());
        Assert.Equal(("captured", 300), (captured.Json["state"]!.GetValue<string>(), captured.Json["captured"]!.GetValue<long>()));
        Balance(await Points(mina, shop), balance: 700, held: 0, available: 700);
        (await shop.Resolve(code, "capture")).Problem(409, "already_captured");
        (await shop.Resolve(code, "void")).Problem(409, "already_captured");
        var entries = await mina.Client.Get($"/v1/me/points/{shop.Id}/entries?limit=1");
        Assert.Equal("redemption -300 = 700", Line(Assert.Single(entries.Items)!));
        entries = await mina.Client.Get($"/v1/me/points/{shop.Id}/entries?limit=1&cursor={entries.Next}");
        Assert.Equal("earn 1000 = 1000", Line(Assert.Single(entries.Items)!));
        Assert.Null(entries.Next);
        var redemption = await mina.Client.Get($"/v1/me/points/{shop.Id}/redemptions/{held.Json["id"]}");
        Assert.Equal("captured", redemption.Json["state"]!.GetValue<string>());
        Assert.Single((await mina.Client.Get($"/v1/me/points/{shop.Id}/redemptions")).Items);
        Assert.Single((await mina.Client.Get("/v1/me/points")).Items);
    }

    [Fact]
    public async Task Without_a_body_all_is_captured()
    {
        var shop = await host.Shop();
        var held = await (await host.Customer(shop, 500)).Redeem(shop, 500);
        var captured = await shop.Resolve(held.Json["code"]!.GetValue<string>(), "capture");
        Assert.Equal(500, captured.Json["captured"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_same_key_from_a_hundred_connections_at_once_is_one_hold_and_one_answer()
    {
        var shop = await host.Shop();
        var mina = await host.Customer(shop, 10_000);
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            while (true)
            {
                var answer = await mina.Redeem(shop, 7, key);
                if (answer.Status == 201)
                    return answer.Text;
                answer.Problem(409, "request_in_progress");
                await Task.Yield();
            }
        }));
        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Balance(await Points(mina, shop), balance: 10_000, held: 7, available: 9_993);

        // And of a capture.
        var code = JsonNode.Parse(answers[0])!["code"]!.GetValue<string>();
        answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            while (true)
            {
                var answer = await shop.Resolve(code, "capture", new { points = 5 }, key);
                if (answer.Status == 200)
                    return answer.Text;
                answer.Problem(409, "request_in_progress");
                await Task.Yield();
            }
        }));
        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Balance(await Points(mina, shop), balance: 9_995, held: 0, available: 9_995);
    }

    [Fact]
    public async Task What_takes_points_needs_a_key()
    {
        var shop = await host.Shop();
        var mina = await host.Customer(shop, 10);
        (await mina.Client.Post($"/v1/me/points/{shop.Id}/redemptions", new { points = 1 })).Problem(400, "idempotency_key_required");
        (await mina.Client.Post($"/v1/me/points/{shop.Id}/transfers", new { points = 1, toUserId = mina.Id }))
            .Problem(400, "idempotency_key_required");
        (await shop.Till.Post($"/v1/merchants/{shop.Id}/redemptions/7K3M9QX2HB/capture", new { })).Problem(400, "idempotency_key_required");
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        var shop = await host.Shop(new { earnBps = 500, minRedeem = 100 });
        var mina = await host.Customer(shop, 1_000);
        (await mina.Redeem(shop, 1_001)).Problem(422, "insufficient_points");
        (await mina.Redeem(shop, 99)).Problem(422, "below_min_redeem");
        (await mina.Redeem(shop, 0)).Problem(400, "invalid_fields");
        (await mina.Redeem(shop, long.MaxValue)).Problem(400, "invalid_fields");
        (await mina.Client.Get($"/v1/me/points/{Guid.NewGuid()}")).Problem(404, "merchant_not_found");
        (await mina.Client.Get("/v1/me/points/nowhere")).Problem(404, "merchant_not_found");
        (await mina.Client.Get($"/v1/me/points/{shop.Id}/redemptions/{Guid.NewGuid()}")).Problem(404, "redemption_not_found");
        var held = (await mina.Redeem(shop, 100)).Json;
        (await shop.Resolve(held["code"]!.GetValue<string>(), "capture", new { points = 101 })).Problem(422, "exceeds_hold");
        var voided = await shop.Resolve(held["code"]!.GetValue<string>(), "void");
        Assert.Equal("voided", voided.Json["state"]!.GetValue<string>());
        (await shop.Resolve(held["code"]!.GetValue<string>(), "capture")).Problem(409, "already_voided");
        (await mina.Client.Post($"/v1/me/points/{shop.Id}/redemptions/{held["id"]}/code", new { })).Problem(409, "already_voided");
    }

    [Fact]
    public async Task A_code_is_unknown_to_other_shops_and_to_other_people()
    {
        var (shop, other) = (await host.Shop(), await host.Shop());
        var (mina, juno) = (await host.Customer(shop, 100), await host.Somebody());
        var held = (await mina.Redeem(shop, 100)).Json;
        var code = held["code"]!.GetValue<string>();
        (await other.Resolve(code, "capture")).Problem(404, "unknown_code");
        (await other.Resolve("!", "void")).Problem(404, "unknown_code");
        (await juno.Client.Get($"/v1/me/points/{shop.Id}/redemptions/{held["id"]}")).Problem(404, "redemption_not_found");
        (await juno.Client.Post($"/v1/me/points/{shop.Id}/redemptions/{held["id"]}/code", new { })).Problem(404, "redemption_not_found");
        Assert.Equal(200, (await shop.Resolve(code, "capture")).Status);
    }

    [Fact]
    public async Task A_new_code_replaces_the_one_that_was_lost()
    {
        var shop = await host.Shop();
        var mina = await host.Customer(shop, 100);
        var held = (await mina.Redeem(shop, 100)).Json;
        var renewed = await mina.Client.Post($"/v1/me/points/{shop.Id}/redemptions/{held["id"]}/code", new { });
        Assert.Equal(200, renewed.Status);
        Assert.NotEqual(held["code"]!.GetValue<string>(), renewed.Json["code"]!.GetValue<string>());
        (await shop.Resolve(held["code"]!.GetValue<string>(), "capture")).Problem(404, "unknown_code");
        Assert.Equal(200, (await shop.Resolve(renewed.Json["code"]!.GetValue<string>(), "capture")).Status);
    }

    [Fact]
    public async Task A_member_code_is_taken_once_and_no_redemption_code_for_one()
    {
        var shop = await host.Shop();
        var mina = await host.Customer(shop, 100);
        var code = (await mina.Client.Get("/v1/me/member-code")).Json["code"]!.GetValue<string>();
        (await shop.Resolve(code, "capture")).Problem(404, "unknown_code");
        var codes = host.Services.GetRequiredService<TillCodes>();
        Assert.Equal(mina.Id, (await codes.TakeMember(code)).ToString());
        Assert.Null(await codes.TakeMember(code));
        var held = (await mina.Redeem(shop, 100)).Json["code"]!.GetValue<string>();
        Assert.Null(await codes.TakeMember(held));
        Assert.Equal(200, (await shop.Resolve(held, "capture")).Status);
    }

    [Fact]
    public async Task A_gift_reaches_a_friend_and_nobody_who_is_not_there_or_is_blocked()
    {
        var shop = await host.Shop();
        var (mina, juno, hidden) = (await host.Customer(shop, 100), await host.Somebody(), await host.Somebody());
        var given = await Give(mina, shop, juno.Id, 60, "생일 축하해 🎂");
        Assert.True(given.Status == 201, given.ToString());
        Assert.Equal("생일 축하해 🎂", given.Json["note"]!.GetValue<string>());
        Balance(await Points(juno, shop), balance: 60, held: 0, available: 60);
        Assert.Equal("gift 60 = 60", Line((await juno.Client.Get($"/v1/me/points/{shop.Id}/entries")).Items.Single()!));
        (await Give(mina, shop, juno.Id, 41)).Problem(422, "insufficient_points");
        (await Give(mina, shop, mina.Id, 1)).Problem(422, "cannot_give_to_self");
        (await Give(mina, shop, Guid.NewGuid().ToString(), 1)).Problem(422, "unknown_user");
        (await Give(mina, shop, juno.Id, 1, new string('x', 201))).Problem(400, "invalid_fields");
        Assert.Equal(204, (await hidden.Client.Put($"/v1/users/{mina.Id}/block")).Status);
        (await Give(mina, shop, hidden.Id, 1)).Problem(422, "unknown_user");
    }

    private static Task<ApiAnswer> Give(Person giver, Shop shop, string to, long points, string? note = null) => giver.Client.Post(
        $"/v1/me/points/{shop.Id}/transfers", new { toUserId = to, points, note }, ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task<JsonNode> Points(Person person, Shop shop) => (await person.Client.Get($"/v1/me/points/{shop.Id}")).Json;

    private static void Balance(JsonNode points, long balance, long held, long available) => Assert.Equal(
        (balance, held, available),
        (points["balance"]!.GetValue<long>(), points["held"]!.GetValue<long>(), points["available"]!.GetValue<long>()));

    private static string Line(JsonNode entry) => $"{entry["kind"]} {entry["points"]} = {entry["balanceAfter"]}";
}
