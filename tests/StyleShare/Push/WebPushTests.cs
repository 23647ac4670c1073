using System.Text;
using System.Text.Json.Nodes;
using StyleShare.Outbound;
using StyleShare.Push;
using StyleShare.Testing.Services;

namespace StyleShare.Tests.Push;

public sealed class WebPushTests : IAsyncLifetime
{
    private WebPushServer _service = null!;
    private Senders _senders = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await WebPushServer.StartAsync();
        _senders = new Senders(_service.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _senders.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task The_browser_reads_the_message_and_the_service_learns_how_long_and_how_urgent()
    {
        var message = Senders.Message(_senders.Time);
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.WebPush, _service.Subscribe("b1"), message));
        var (_, content) = Assert.Single(_service.Delivered);
        Assert.Equal(message.Body, (string)content["body"]!);
        Assert.Equal("42", (string)content["data"]!["post"]!);
        var request = Assert.Single(_service.Received);
        Assert.Equal("high", request.Headers["urgency"]);
        Assert.InRange(int.Parse(request.Headers["ttl"]), 3_500, 3_600);
        Assert.Equal(32, request.Headers["topic"].Length);
        Assert.DoesNotContain("post", request.Headers["topic"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_message_has_a_salt_and_a_key_of_its_own()
    {
        var browser = _service.Subscribe("b1");
        var message = Senders.Message(_senders.Time);
        await _senders.Send(PushPlatform.WebPush, browser, message);
        await _senders.Send(PushPlatform.WebPush, browser, message);
        var bodies = _service.Received.Select(request => request.Body).ToArray();
        Assert.NotEqual(bodies[0][..16], bodies[1][..16]);
        Assert.NotEqual(bodies[0][21..86], bodies[1][21..86]);
    }

    [Fact]
    public async Task The_token_is_replaced_long_before_its_end()
    {
        var browser = _service.Subscribe("b1");
        await _senders.Send(PushPlatform.WebPush, browser);
        _senders.Time.Advance(TimeSpan.FromHours(5));
        await _senders.Send(PushPlatform.WebPush, browser);
        _senders.Time.Advance(TimeSpan.FromHours(2));
        await _senders.Send(PushPlatform.WebPush, browser);
        var tokens = _service.Received.Select(request => request.Headers["authorization"]).ToArray();
        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[1], tokens[2]);
    }

    [Fact]
    public async Task The_longest_text_still_fits_what_every_push_service_takes()
    {
        var message = Senders.Message(_senders.Time, new string('한', 5_000));
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.WebPush, _service.Subscribe("b1"), message));
        Assert.InRange(Assert.Single(_service.Received).Body.Length, 4_090, 4_096);
        Assert.EndsWith("한…", (string)_service.Delivered.Single().Content["body"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_unsubscribed_is_forgotten()
    {
        var browser = _service.Subscribe("b1");
        _service.Gone["b1"] = true;
        Assert.IsType<PushOutcome.Forget>(await _senders.Send(PushPlatform.WebPush, browser));
        _service.Next(new ServiceFault.Answer(404));
        Assert.IsType<PushOutcome.Forget>(await _senders.Send(PushPlatform.WebPush, browser));
    }

    [Fact]
    public async Task What_the_service_answers_means_what_rfc_8030_says()
    {
        var browser = _service.Subscribe("b1");
        _service.Next(
            new ServiceFault.Answer(413),
            new ServiceFault.Answer(429, RetryAfter: "9"),
            new ServiceFault.Answer(400),
            new ServiceFault.Answer(302),
            new ServiceFault.Answer(500));
        Assert.Equal(new PushOutcome.Refused("payload_too_large"), await _senders.Send(PushPlatform.WebPush, browser));
        Assert.Equal(
            new PushOutcome.RetryAfter(TimeSpan.FromSeconds(9)), await _senders.Send(PushPlatform.WebPush, browser));
        Assert.Equal(new PushOutcome.Refused("400"), await _senders.Send(PushPlatform.WebPush, browser));
        Assert.Equal(new PushOutcome.Refused("302"), await _senders.Send(PushPlatform.WebPush, browser));
        await Assert.ThrowsAsync<ServiceFailedException>(() => _senders.Send(PushPlatform.WebPush, browser));
        Assert.Equal(5, _service.Received.Count);
    }

    [Fact]
    public async Task A_subscription_that_leads_into_our_own_network_is_not_followed()
    {
        var settings = _service.Settings.Append(new("StyleShare:Outbound:AllowPrivateAddresses", "false"));
        await using var strict = new Senders(settings);

        // As the server has it: another port than 443 is not asked either.
        Assert.IsType<PushOutcome.Forget>(await strict.Send(PushPlatform.WebPush, _service.Subscribe("b1")));
        foreach (var host in (string[])["localhost", "127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "[::ffff:10.1.2.3]", "0x7f.1"])
        {
            var subscription = JsonNode.Parse(_service.Subscribe("b1"))!;
            subscription["endpoint"] = $"https://{host}/push/b1";
            Assert.Equal(
                new PushOutcome.Refused("address_refused"),
                await strict.Send(PushPlatform.WebPush, subscription.ToJsonString()));
        }

        Assert.Empty(_service.Received);
    }

    [Theory]
    [InlineData("http://push.example.com/1")]
    [InlineData("https://user@push.example.com/1")]
    [InlineData("https:///1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/push/1")]
    public void An_endpoint_that_is_not_a_plain_https_address_is_refused(string endpoint)
    {
        var subscription = JsonNode.Parse(_service.Subscribe("b1"))!;
        Assert.True(PushAddress.IsValid(PushPlatform.WebPush, subscription.ToJsonString()));
        subscription["endpoint"] = endpoint;
        Assert.False(PushAddress.IsValid(PushPlatform.WebPush, subscription.ToJsonString()));
    }

    [Fact]
    public void A_key_that_is_no_point_on_the_curve_is_refused()
    {
        var subscription = JsonNode.Parse(_service.Subscribe("b1"))!;
        var key = new byte[65];
        key[0] = 4;
        Encoding.ASCII.GetBytes("not on the curve").CopyTo(key, 1);
        subscription["keys"]!["p256dh"] = System.Buffers.Text.Base64Url.EncodeToString(key);
        Assert.False(PushAddress.IsValid(PushPlatform.WebPush, subscription.ToJsonString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"endpoint\":1}")]
    [InlineData("{\"endpoint\":\"https://a.example\"}")]
    [InlineData("{\"endpoint\":\"https://a.example\",\"keys\":{\"p256dh\":\"AAAA\",\"auth\":\"AAAA\"}}")]
    public async Task What_is_no_subscription_is_refused_and_forgotten(string text)
    {
        Assert.False(PushAddress.IsValid(PushPlatform.WebPush, text));
        Assert.IsType<PushOutcome.Forget>(await _senders.Send(PushPlatform.WebPush, text));
    }
}
