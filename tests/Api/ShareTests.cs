using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StyleShare.Points;
using StyleShare.Shares;

namespace StyleShare.Api.Tests;

public sealed class ShareTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Kakao = "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984";

    [Fact]
    public async Task A_link_is_there_at_once_and_counted_on_the_post()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var post = await mina.Publish();
        var answer = await juno.Client.Post("/v1/shares", new { postId = post, channel = "link", message = "이 코트!" });
        Assert.Equal(202, answer.Status);
        var share = answer.Json;
        Assert.Equal("/v1/shares/" + share["id"], answer.Headers["Location"]);
        Assert.Equal("sent", Of(share, "state"));
        Assert.Equal("link", Of(share, "channel"));
        Assert.Equal(post, Of(share, "postId"));
        Assert.Equal(host.Address + "s/" + Of(share, "code"), Of(share, "url"));
        Assert.False(share.AsObject().ContainsKey("error"));
        Assert.Equal(1, (await mina.Client.Get("/v1/posts/" + post)).Json["counts"]!["shares"]!.GetValue<int>());

        var seen = await juno.Client.Get("/v1/shares/" + share["id"]);
        Assert.Equal(200, seen.Status);
        Assert.Equal(share.ToJsonString(), seen.Json.ToJsonString());
        Assert.Equal(304, (await juno.Client.Get("/v1/shares/" + share["id"], ("If-None-Match", seen.Headers["ETag"]))).Status);
        (await mina.Client.Get("/v1/shares/" + share["id"])).Problem(404, "share_not_found");
        (await host.Anonymous().Get("/v1/shares/" + share["id"])).Problem(401, "unauthenticated");
    }

    [Fact]
    public async Task The_same_request_again_is_the_same_share()
    {
        var mina = await host.Somebody();
        var post = await mina.Publish();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ShareOnce()));
        Assert.Single(answers.Select(answer => Of(answer.Json, "id")).Distinct());
        Assert.Equal(1, (await mina.Client.Get("/v1/posts/" + post)).Json["counts"]!["shares"]!.GetValue<int>());

        async Task<ApiAnswer> ShareOnce()
        {
            while (true)
            {
                var answer = await mina.Client.Post("/v1/shares", new { postId = post, channel = "link" }, ("Idempotency-Key", "once-" + post));
                if (answer.Status == 202)
                    return answer;
                answer.Problem(409, "request_in_progress");
            }
        }
    }

    [Fact]
    public async Task Whoever_follows_is_counted_and_sent_to_the_post()
    {
        var mina = await host.Somebody();
        var post = await mina.Publish();
        var share = await Share(mina, new { postId = post, channel = "link" });
        var code = Of(share, "code");
        var stranger = host.Anonymous();
        foreach (var typed in new[] { code, code, code.ToLowerInvariant() })
        {
            var answer = await stranger.Get("/s/" + typed);
            Assert.Equal(302, answer.Status);
            Assert.Equal($"{host.Address}posts/{post}?share={code}", answer.Headers["Location"]);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        }

        // Somebody whose token has ended is a stranger, too.
        stranger.Token = "no token";
        Assert.Equal(302, (await stranger.Get("/s/" + code)).Status);
        Assert.Equal(302, (await stranger.Send(HttpMethod.Head, "/s/" + code, null)).Status);
        Assert.Equal(4, (await mina.Client.Get("/v1/shares/" + share["id"])).Json["clicks"]!.GetValue<int>());
    }

    [Fact]
    public async Task Nobody_is_kept_waiting_where_following_cannot_be_counted_now()
    {
        var mina = await host.Somebody();
        var share = await Share(mina, new { postId = await mina.Publish(), channel = "link" });
        await using (var connection = await host.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var taken = new NpgsqlCommand($"SELECT FROM shares WHERE code = '{share["code"]}' FOR UPDATE", connection, transaction);
            await taken.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.Equal(302, (await host.Anonymous().Get("/s/" + share["code"])).Status);
            Assert.Equal(0, (await mina.Client.Get("/v1/shares/" + share["id"])).Json["clicks"]!.GetValue<int>());
        }

        await NotificationSteps.Until(async () =>
            (await mina.Client.Get("/v1/shares/" + share["id"])).Json["clicks"]!.GetValue<int>() == 1);
    }

    [Fact]
    public async Task Programs_that_make_previews_get_a_page_with_nothing_but_what_everybody_may_see_well_escaped()
    {
        var mina = await host.Somebody("\"><script>alert(1)</script>");
        await mina.Client.Patch("/v1/me", """{"locale":"ko"}""");
        var post = await mina.Publish("A <b>coat</b> & \"more\" 코트 ' \n second line");
        var code = Of(await Share(mina, new { postId = post, channel = "link", message = "<i>mine</i>" }), "code");
        var page = await host.Anonymous().Get("/s/" + code, ("User-Agent", Kakao));

        Assert.Equal(200, page.Status);
        Assert.Equal("text/html; charset=utf-8", page.ContentType);
        Assert.StartsWith("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("<html lang=\"ko\">", page.Text, StringComparison.Ordinal);
        Assert.Contains("property=\"og:locale\" content=\"ko_KR\"", page.Text, StringComparison.Ordinal);
        Assert.Contains(
            "property=\"og:description\" content=\"A &lt;b&gt;coat&lt;/b&gt; &amp; &quot;more&quot; 코트 &#x27; second line\"", page.Text,
            StringComparison.Ordinal);
        Assert.Contains($"property=\"og:url\" content=\"{host.Address}s/{code}\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;님의 StyleShare", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("mine", page.Text, StringComparison.Ordinal);

        var head = await host.Anonymous().Send(HttpMethod.Head, "/s/" + code, null, ("User-Agent", "Twitterbot/1.0"));
        Assert.Equal((200, ""), (head.Status, head.Text));
    }

    [Fact]
    public async Task A_share_leads_nowhere_once_the_post_its_author_or_the_sharer_is_gone()
    {
        var (mina, juno, suho) = (await host.Somebody(), await host.Somebody(), await host.Somebody());
        var (deleted, left, kept) = (await mina.Publish(), await suho.Publish(), await mina.Publish());
        var codes = new List<string>();
        foreach (var (who, post) in new[] { (mina, deleted), (mina, left), (juno, kept) })
            codes.Add(Of(await Share(who, new { postId = post, channel = "link" }), "code"));
        Assert.Equal(204, (await mina.Client.Delete("/v1/posts/" + deleted)).Status);
        Assert.Equal(202, (await suho.Client.Delete("/v1/me")).Status);
        Assert.Equal(202, (await juno.Client.Delete("/v1/me")).Status);
        foreach (var code in codes.Append("AAAAAAAAAAAA").Append("nothing"))
        {
            (await host.Anonymous().Get("/s/" + code)).Problem(404, "share_not_found");
            (await host.Anonymous().Get("/s/" + code, ("User-Agent", Kakao))).Problem(404, "share_not_found");
        }

        (await mina.Client.Post("/v1/shares", new { postId = left, channel = "link" })).Problem(404, "post_not_found");
        (await mina.Client.Post("/v1/shares", new { postId = deleted, channel = "link" })).Problem(404, "post_not_found");
    }

    [Fact]
    public async Task Who_is_blocked_does_not_learn_that_there_is_a_post_to_share()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var post = await mina.Publish();
        Assert.Equal(204, (await mina.Client.Put($"/v1/users/{juno.Id}/block")).Status);
        (await juno.Client.Post("/v1/shares", new { postId = post, channel = "link" })).Problem(404, "post_not_found");
    }

    [Fact]
    public async Task Who_follows_a_link_to_a_shop_with_a_token_comes_through_the_first_who_shared_it()
    {
        var (mina, juno, suho) = (await host.Somebody(), await host.Somebody(), await host.Somebody());
        var shop = await OpenShop(mina);
        var first = await Share(juno, new { merchantId = shop, channel = "link" });
        var second = await Share(suho, new { merchantId = shop, channel = "link" });
        var buyer = await host.Somebody();
        Assert.Equal(302, (await host.Anonymous().Get("/s/" + first["code"])).Status);
        Assert.Null(await CameThrough(shop, buyer));

        var answer = await buyer.Client.Get("/s/" + first["code"]);
        Assert.Equal($"{host.Address}merchants/{shop}?share={first["code"]}", answer.Headers["Location"]);
        Assert.Equal(302, (await buyer.Client.Get("/s/" + second["code"])).Status);
        Assert.Equal(juno.Id, (await CameThrough(shop, buyer)).ToString());

        // One's own link leads to the shop, and makes no one of it; a link to a post names no shop.
        Assert.Equal(302, (await juno.Client.Get("/s/" + first["code"])).Status);
        Assert.Null(await CameThrough(shop, juno));
        var post = await Share(juno, new { postId = await mina.Publish(), channel = "link" });
        Assert.Equal(302, (await suho.Client.Get("/s/" + post["code"])).Status);
        Assert.Null(await CameThrough(shop, suho));

        var page = await host.Anonymous().Get("/s/" + first["code"], ("User-Agent", Kakao));
        Assert.Contains("property=\"og:title\" content=\"Oat &amp; Linen\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_links_were_followed_share_in_what_is_bought_without_a_word_at_the_till()
    {
        var shop = await host.Shop(new { earnBps = 0, sharePoolBps = 1_000, shareSplit = new[] { 70, 20, 10 }, unclaimedShare = "merchant" });
        var people = new List<Person>();
        for (var i = 0; i < 4; i++)
        {
            people.Add(await host.Somebody());
            if (i == 0)
                continue;
            var share = await Share(people[i - 1], new { merchantId = shop.Id, channel = "link" });
            Assert.Equal(302, (await people[i].Client.Get("/s/" + share["code"])).Status);
        }

        Assert.Equal($"{people[2].Id} 1 70, {people[1].Id} 2 20, {people[0].Id} 3 10", await Buy("one"));
        Assert.Equal(202, (await people[1].Client.Delete("/v1/me")).Status);

        // Until what they left is erased, their level is empty and the one behind keeps its number; then the chain ends there.
        var after = await Buy("two");
        Assert.Contains(after, new[] { $"{people[2].Id} 1 70, {people[0].Id} 3 10", $"{people[2].Id} 1 70" });

        async Task<string> Buy(string reference)
        {
            var bought = await shop.Buy(new { reference, userId = people[3].Id, amount = 1_000 });
            Assert.Equal(201, bought.Status);
            return string.Join(
                ", ", bought.Json["distributed"]!.AsArray().Select(part => $"{part!["userId"]} {part["level"]} {part["points"]}"));
        }
    }

    [Fact]
    public async Task A_till_is_told_who_shared_its_own_shop_and_nothing_of_another_one()
    {
        var mina = await host.Somebody();
        var (shop, other) = (await OpenShop(mina), await OpenShop(mina));
        var share = await Share(mina, new { merchantId = shop, channel = "link" });
        var codes = host.Services.GetRequiredService<ShareCodes>();
        Assert.Equal(mina.Id, (await codes.OwnerOf(Of(share, "code"), Guid.Parse(shop))).UserId.ToString());
        var refusal = await Assert.ThrowsAsync<Refusal>(() => codes.OwnerOf(Of(share, "code"), Guid.Parse(other)));
        Assert.Equal("unknown_share_code", refusal.Code);
        (await mina.Client.Post("/v1/shares", new { merchantId = Guid.NewGuid(), channel = "link" })).Problem(404, "merchant_not_found");
    }

    [Fact]
    public async Task What_is_wrong_with_a_share_is_named()
    {
        var mina = await host.Somebody();
        var post = await mina.Publish();
        (await mina.Client.Post("/v1/shares", new { channel = "link" })).Wrong("postId");
        (await mina.Client.Post("/v1/shares", new { postId = post, merchantId = post, channel = "link" })).Wrong("postId");
        (await mina.Client.Post("/v1/shares", new { postId = "no id", channel = "link" })).Wrong("postId");
        (await mina.Client.Post("/v1/shares", new { merchantId = "no id", channel = "link" })).Wrong("merchantId");
        (await mina.Client.Post("/v1/shares", new { postId = post })).Wrong("channel");
        (await mina.Client.Post("/v1/shares", new { postId = post, channel = "Link" })).Wrong("channel");
        (await mina.Client.Post("/v1/shares", new { postId = post, channel = "link", message = new string('한', 451) })).Wrong("message");
        (await mina.Client.Post("/v1/shares", new { postId = post, channel = "link", message = "a\0b" })).Wrong("message");
        (await mina.Client.Post("/v1/shares", new { postId = post, channel = "x" })).Problem(422, "not_connected");
        (await mina.Client.Get("/v1/shares/nothing")).Problem(404, "share_not_found");
        (await host.Anonymous().Post("/v1/shares", new { postId = post, channel = "link" })).Problem(401, "unauthenticated");
        Assert.Equal(0, (await mina.Client.Get("/v1/posts/" + post)).Json["counts"]!["shares"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_connection_is_listed_without_its_token_replaced_and_forgotten()
    {
        var mina = await host.Somebody();
        Assert.Equal("""{"items":[]}""", (await mina.Client.Get("/v1/me/connections")).Text);
        const string token = "token-of-mina";
        Assert.Equal(204, (await Connect(mina, "facebook", new { accessToken = token, pageId = "1234" })).Status);
        Assert.Equal(204, (await Connect(mina, "x", new { accessToken = token })).Status);
        Assert.Equal(204, (await Connect(mina, "mastodon", new { accessToken = token, instance = "https://mastodon.social/" })).Status);
        Assert.Equal(204, (await Connect(mina, "webhook", new { url = "https://example.com/hook?key=hidden", secret = token + token })).Status);
        Assert.Equal(204, (await Connect(mina, "mastodon", new { accessToken = token, instance = "https://mas.to" })).Status);
        var list = await mina.Client.Get("/v1/me/connections");
        Assert.DoesNotContain(token, list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", list.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["facebook 1234 active", "x  active", "mastodon mas.to active", "webhook example.com active"],
            list.Items.Select(item => $"{item!["channel"]} {item["account"]} {item["state"]}"));

        Assert.Equal(204, (await mina.Client.Delete("/v1/me/connections/mastodon")).Status);
        Assert.Equal(204, (await mina.Client.Delete("/v1/me/connections/mastodon")).Status);
        Assert.Equal(3, (await mina.Client.Get("/v1/me/connections")).Items.Count);
        Assert.Empty((await (await host.Somebody()).Client.Get("/v1/me/connections")).Items);
    }

    [Fact]
    public async Task A_share_on_a_connected_channel_is_sent_by_a_job_and_kept_where_there_is_nothing_to_send_to()
    {
        var mina = await host.Somebody();
        Assert.Equal(204, (await Connect(mina, "x", new { accessToken = "token-of-mina" })).Status);
        var share = await Share(mina, new { postId = await mina.Publish("A coat"), channel = "x", message = "Look" });
        Assert.Equal("pending", Of(share, "state"));
        await NotificationSteps.Until(async () => Of((await mina.Client.Get("/v1/shares/" + share["id"])).Json, "state") == "sent");
        var kept = (await host.Operator().Get("/ops/v1/outbox?kind=x")).Items.Single();
        Assert.Equal("Look", Of(kept!["message"]!, "text"));
        Assert.EndsWith(Of(share, "code"), Of(kept["message"]!, "link"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_connection_is_named()
    {
        var mina = await host.Somebody();
        (await Connect(mina, "x", new { })).Wrong("accessToken");
        (await Connect(mina, "x", new { accessToken = "with a space" })).Wrong("accessToken");
        (await Connect(mina, "x", new { accessToken = new string('a', 4_097) })).Wrong("accessToken");
        (await Connect(mina, "facebook", new { accessToken = "a", pageId = "../me" })).Wrong("pageId");
        (await Connect(mina, "mastodon", new { accessToken = "a" })).Wrong("instance");
        (await Connect(mina, "mastodon", new { accessToken = "a", instance = "http://mastodon.social" })).Wrong("instance");
        (await Connect(mina, "mastodon", new { accessToken = "a", instance = "https://mastodon.social/path" })).Wrong("instance");
        (await Connect(mina, "webhook", new { url = "https://user:word@example.com", secret = "0123456789abcdef" })).Wrong("url");
        (await Connect(mina, "webhook", new { url = "https://example.com:22/", secret = "0123456789abcdef" })).Wrong("url");
        (await Connect(mina, "webhook", new { url = "https://example.com/", secret = "too short" })).Wrong("secret");
        (await Connect(mina, "link", new { accessToken = "a" })).Problem(404, "channel_not_found");
        (await Connect(mina, "myspace", new { accessToken = "a" })).Problem(404, "channel_not_found");
        (await mina.Client.Delete("/v1/me/connections/myspace")).Problem(404, "channel_not_found");
        Assert.Empty((await mina.Client.Get("/v1/me/connections")).Items);
    }

    private static Task<ApiAnswer> Connect(Person person, string channel, object body) => person.Client.Put("/v1/me/connections/" + channel, body);

    private Task<Guid?> CameThrough(string shop, Person person) => host.Services.GetRequiredService<IGrainFactory>()
        .GetGrain<IReferralGrain>(MemberKeys.Of(Guid.Parse(shop), Guid.Parse(person.Id))).CameThrough();

    private static async Task<JsonNode> Share(Person person, object what)
    {
        var answer = await person.Client.Post("/v1/shares", what);
        Assert.Equal(202, answer.Status);
        return answer.Json;
    }

    private static async Task<string> OpenShop(Person owner)
    {
        var answer = await owner.Client.PostText("/v1/merchants",
            """
            {"name":"Oat & Linen","currency":"KRW","program":{"earnBps":500,"sharePoolBps":200,"shareSplit":[70,20,10],
             "unclaimedShare":"merchant","expiryDays":365,"minRedeem":1,"maxPerPurchase":null,"active":true}}
            """);
        Assert.Equal(201, answer.Status);
        return answer.Json["merchant"]!["id"]!.GetValue<string>();
    }

    private static string Of(JsonNode of, string name) => of[name]!.GetValue<string>();
}
