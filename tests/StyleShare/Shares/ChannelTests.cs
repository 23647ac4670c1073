using System.Text;
using StyleShare.Outbound;
using StyleShare.Shares;
using StyleShare.Shares.Channels;
using StyleShare.Shares.Connections;
using StyleShare.Testing.Services;

namespace StyleShare.Tests.Shares;

/// <summary>What senders say to channels, and what the channels' answers mean.</summary>
public sealed class ChannelTests : IAsyncLifetime
{
    private SocialServer _server = null!;
    private Channels _channels = null!;

    public static TheoryData<ShareChannel> All => [ShareChannel.Facebook, ShareChannel.X, ShareChannel.Mastodon, ShareChannel.Webhook];

    public async ValueTask InitializeAsync()
    {
        _server = await SocialServer.StartAsync();
        _channels = new Channels(_server.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_channel_gets_the_text_and_the_link_once_however_often_it_is_sent(ShareChannel channel)
    {
        var message = Channels.Message();
        Assert.IsType<ShareOutcome.Sent>(await Send(channel, message));
        Assert.IsType<ShareOutcome.Sent>(await Send(channel, message));
        var post = Assert.Single(_server.Posts);
        Assert.StartsWith(message.Text, post.Text, StringComparison.Ordinal);
        Assert.Contains(message.Link.AbsoluteUri, post.Link ?? post.Text, StringComparison.Ordinal);
        Assert.Equal(2, _server.Received.Count);
        Assert.DoesNotContain(SocialServer.Token, _server.Received.First().Path + Encoding.UTF8.GetString(_server.Received.First().Body), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_token_that_was_taken_back_is_known_as_such(ShareChannel channel)
    {
        _server.Revoked = true;
        Assert.IsType<ShareOutcome.Revoked>(await Send(channel));
        _server.Revoked = false;
        foreach (var status in new[] { 401, 403 })
        {
            _server.Next(new ServiceFault.Answer(status));
            Assert.IsType<ShareOutcome.Revoked>(await Send(channel));
        }

        Assert.Empty(_server.Posts);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_a_channel_answers_means_what_its_status_says(ShareChannel channel)
    {
        _server.Next(
            new ServiceFault.Answer(429, RetryAfter: "90"),
            new ServiceFault.Answer(503, RetryAfter: "7"),
            new ServiceFault.Answer(422, "{\"error\":\"no\"}"),
            new ServiceFault.Answer(400, "not JSON"),
            new ServiceFault.Answer(302),
            new ServiceFault.Answer(500),
            new ServiceFault.Answer(502),
            new ServiceFault.Reset());
        Assert.Equal(new ShareOutcome.RetryAfter(TimeSpan.FromSeconds(90)), await Send(channel));
        Assert.Equal(new ShareOutcome.RetryAfter(TimeSpan.FromSeconds(7)), await Send(channel));
        Assert.Equal(new ShareOutcome.Refused("422"), await Send(channel));
        Assert.Equal(new ShareOutcome.Refused("400"), await Send(channel));
        Assert.Equal(new ShareOutcome.Refused("302"), await Send(channel));
        await Assert.ThrowsAsync<ServiceFailedException>(() => Send(channel));
        await Assert.ThrowsAsync<ServiceFailedException>(() => Send(channel));
        await Assert.ThrowsAsync<HttpRequestException>(() => Send(channel));
        Assert.Equal(8, _server.Received.Count);
        Assert.Empty(_server.Posts);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_channel_that_was_asked_too_often_is_left_alone_until_the_end_of_its_limit(ShareChannel channel)
    {
        _server.LimitedUntil = _channels.Time.GetUtcNow() + TimeSpan.FromMinutes(12);
        var wait = Assert.IsType<ShareOutcome.RetryAfter>(await Send(channel)).After;

        // Facebook does not say when it ends.
        var (least, most) = channel == ShareChannel.Facebook ? (15, 15) : (10, 12);
        Assert.InRange(wait!.Value, TimeSpan.FromMinutes(least), TimeSpan.FromMinutes(most));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("99999999999999999999")]
    [InlineData("253402300800000")]
    [InlineData("")]
    [InlineData("-5")]
    public async Task An_end_that_is_none_is_not_taken_for_one(string end)
    {
        _server.LimitedUntil = DateTimeOffset.UnixEpoch;
        _server.LimitEndText = end;
        var wait = Assert.IsType<ShareOutcome.RetryAfter>(await Send(ShareChannel.X)).After;
        Assert.Equal(TimeSpan.FromMinutes(15), wait);
    }

    [Theory]
    [InlineData(190, "Revoked")]
    [InlineData(102, "Revoked")]
    [InlineData(10, "Revoked")]
    [InlineData(200, "Revoked")]
    [InlineData(4, "RetryAfter")]
    [InlineData(32, "RetryAfter")]
    [InlineData(613, "RetryAfter")]
    [InlineData(506, "Sent")]
    [InlineData(100, "Refused")]
    [InlineData(368, "Refused")]
    public async Task Facebook_says_by_its_code_what_is_the_matter(int code, string outcome)
    {
        _server.Next(new ServiceFault.Answer(400, $$$"""{"error":{"message":"…","type":"OAuthException","code":{{{code}}}}}"""));
        Assert.Equal(outcome, (await Send(ShareChannel.Facebook)).GetType().Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_Facebook_says_will_pass_is_tried_again(int code)
    {
        _server.Next(new ServiceFault.Answer(400, $$$"""{"error":{"code":{{{code}}}}}"""));
        await Assert.ThrowsAsync<ServiceFailedException>(() => Send(ShareChannel.Facebook));
    }

    [Fact]
    public async Task X_means_the_text_where_it_says_that_the_content_is_a_duplicate()
    {
        _server.Next(new ServiceFault.Answer(403, """{"detail":"You are not permitted to perform this action.","status":403}"""));
        Assert.IsType<ShareOutcome.Revoked>(await Send(ShareChannel.X));
    }

    [Fact]
    public async Task A_text_is_shortened_to_what_the_channel_takes_and_the_link_stays_whole()
    {
        foreach (var text in new[] { new string('한', 450), new string('a', 450), string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👧", 60)) })
        {
            foreach (var channel in new[] { ShareChannel.X, ShareChannel.Mastodon })
                Assert.IsType<ShareOutcome.Sent>(await Send(channel, Channels.Message(text)));
        }

        Assert.All(_server.Posts, post => Assert.EndsWith("\nhttps://styleshare.example/s/S0EFFP79ZAYD", post.Text, StringComparison.Ordinal));
        var onX = _server.Posts.Where(post => post.Channel == "x").Select(post => post.Text.Split('\n')[0]).ToArray();
        Assert.Equal(new string('한', 127) + "…", onX[0]);
        Assert.Equal(new string('a', 254) + "…", onX[1]);
        Assert.All(onX[2].TrimEnd('…').Chunk("👩‍👩‍👧‍👧".Length), family => Assert.Equal("👩‍👩‍👧‍👧", new string(family)));
    }

    [Fact]
    public async Task A_webhook_is_signed_with_the_time_of_each_try()
    {
        var message = Channels.Message();
        _server.Next(new ServiceFault.Answer(500));
        await Assert.ThrowsAsync<ServiceFailedException>(() => Send(ShareChannel.Webhook, message));
        _channels.Time.Advance(TimeSpan.FromHours(1));
        Assert.IsType<ShareOutcome.Sent>(await Send(ShareChannel.Webhook, message));
        var told = Assert.Single(_server.Told);
        Assert.Equal("share.created", told["type"]!.GetValue<string>());
        Assert.Equal(message.PostId.ToString(), told["share"]!["postId"]!.GetValue<string>());
        Assert.Null(told["share"]!["merchantId"]);
        var times = _server.Received.Select(request => long.Parse(request.Headers["styleshare-signature"].Split(',', '=')[1])).ToArray();
        Assert.InRange(times[1] - times[0], 3_600, 3_700);
        Assert.Single(_server.Received.Select(request => request.Headers["styleshare-delivery"]).Distinct());

        _server.Next(new ServiceFault.Answer(410));
        Assert.IsType<ShareOutcome.Revoked>(await Send(ShareChannel.Webhook));
    }

    [Fact]
    public async Task A_key_that_is_not_the_receivers_is_refused_by_it()
    {
        var connection = Channels.To(ShareChannel.Webhook, _server) with { Token = "another key that is long" };
        Assert.IsType<ShareOutcome.Revoked>(await _channels.Send(connection));
        Assert.Empty(_server.Told);
    }

    [Theory]
    [InlineData(ShareChannel.Mastodon)]
    [InlineData(ShareChannel.Webhook)]
    public async Task An_address_that_leads_into_our_own_network_is_not_connected_to(ShareChannel channel)
    {
        await using var strict = new Channels(_server.Settings, [new("StyleShare:Outbound:AllowPrivateAddresses", "false")]);
        var port = _server.Address.Port;
        foreach (var host in new[] { "localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "10.0.0.8", "169.254.169.254" })
        {
            var connection = Channels.To(channel, _server) with { Account = $"https://{host}:{port}" };
            Assert.Equal(new ShareOutcome.Refused("address_refused"), await strict.Send(connection));
        }

        Assert.Empty(_server.Received);
    }

    [Theory]
    [InlineData("https://mastodon.social", "https://mastodon.social")]
    [InlineData("https://Mastodon.Social/", "https://mastodon.social")]
    [InlineData("https://mastodon.social:443", "https://mastodon.social")]
    [InlineData("http://mastodon.social", null)]
    [InlineData("https://mastodon.social/path", null)]
    [InlineData("https://mastodon.social?q", null)]
    [InlineData("https://mina@mastodon.social", null)]
    [InlineData("https://mastodon.social:8443", null)]
    [InlineData("mastodon.social", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("", null)]
    public void An_instance_is_an_https_address_and_nothing_else(string text, string? instance)
    {
        Assert.Equal(instance is not null, Connection.TryReadInstance(text, anyPort: false, out var read));
        Assert.Equal(instance ?? "", read);
    }

    [Fact]
    public void A_connection_tells_no_secret_to_whatever_logs_it()
    {
        var connection = new Connection(ShareChannel.Webhook, "https://example.com/hook?key=hidden", "hidden too, and long");
        Assert.DoesNotContain("hidden", connection.ToString(), StringComparison.Ordinal);
        Assert.Equal("example.com", connection.Label);
    }

    private Task<ShareOutcome> Send(ShareChannel channel, ShareMessage? message = null) =>
        _channels.Send(Channels.To(channel, _server), message);
}
