using System.Text;
using System.Text.Json.Nodes;
using StyleShare.Outbound;
using StyleShare.Push;
using StyleShare.Testing.Services;

namespace StyleShare.Tests.Push;

public sealed class ApnsTests : IAsyncLifetime
{
    private static readonly string Device = new('a', 64);
    private ApnsServer _apple = null!;
    private Senders _senders = null!;

    public async ValueTask InitializeAsync()
    {
        _apple = await ApnsServer.StartAsync();
        _senders = new Senders(_apple.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _senders.DisposeAsync();
        await _apple.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_delivered_over_http_2_with_all_that_apple_asks_for()
    {
        var message = Senders.Message(_senders.Time);
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Apns, Device, message));
        var request = Assert.Single(_apple.Received);
        Assert.Equal("HTTP/2", request.Protocol);
        Assert.Equal("alert", request.Headers["apns-push-type"]);
        Assert.Equal("10", request.Headers["apns-priority"]);
        Assert.Equal("post:1", request.Headers["apns-collapse-id"]);
        Assert.Equal(message.Id.ToString(), request.Headers["apns-id"]);
        Assert.Equal(message.ExpiresAt.ToUnixTimeSeconds().ToString(), request.Headers["apns-expiration"]);
        var payload = JsonNode.Parse(request.Body)!;
        Assert.Equal("StyleShare", (string)payload["aps"]!["alert"]!["title"]!);
        Assert.Equal(message.Body, (string)payload["aps"]!["alert"]!["body"]!);
        Assert.Equal(3, (int)payload["aps"]!["badge"]!);
        Assert.Equal("42", (string)payload["post"]!);
    }

    [Fact]
    public async Task The_provider_token_is_kept_for_20_minutes_and_replaced_before_an_hour()
    {
        await _senders.Send(PushPlatform.Apns, Device);
        _senders.Time.Advance(TimeSpan.FromMinutes(20));
        await _senders.Send(PushPlatform.Apns, Device);
        _senders.Time.Advance(TimeSpan.FromMinutes(39));
        await _senders.Send(PushPlatform.Apns, Device);
        var tokens = _apple.Received.Select(request => request.Headers["authorization"]).ToArray();
        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[0], tokens[2]);
    }

    [Fact]
    public async Task A_token_that_apple_calls_expired_is_replaced_and_the_message_sent_once_more()
    {
        await _senders.Send(PushPlatform.Apns, Device);
        _senders.Time.Advance(TimeSpan.FromMinutes(25));
        _apple.Next(new ServiceFault.Answer(403, """{"reason":"ExpiredProviderToken"}"""));
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Apns, Device));
        var tokens = _apple.Received.Select(request => request.Headers["authorization"]).ToArray();
        Assert.Equal(3, tokens.Length);
        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[1], tokens[2]);
    }

    [Fact]
    public async Task No_token_is_made_within_20_minutes_of_another_whatever_apple_says()
    {
        _apple.Next(new ServiceFault.Answer(403, """{"reason":"ExpiredProviderToken"}"""));
        await Assert.ThrowsAsync<ServiceFailedException>(() => _senders.Send(PushPlatform.Apns, Device));
        Assert.Single(_apple.Received);
    }

    [Fact]
    public async Task A_device_that_is_gone_is_forgotten_with_the_time_that_apple_says()
    {
        var since = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        _apple.Gone[Device] = since;
        var outcome = Assert.IsType<PushOutcome.Forget>(await _senders.Send(PushPlatform.Apns, Device));
        Assert.Equal(since, outcome.Since);
    }

    [Theory]
    [InlineData("BadDeviceToken")]
    [InlineData("DeviceTokenNotForTopic")]
    public async Task A_token_that_is_none_of_this_app_is_forgotten(string reason)
    {
        _apple.Next(new ServiceFault.Answer(400, $$"""{"reason":"{{reason}}"}"""));
        Assert.IsType<PushOutcome.Forget>(await _senders.Send(PushPlatform.Apns, Device));
    }

    [Fact]
    public async Task What_is_no_token_at_all_is_forgotten_without_asking()
    {
        Assert.IsType<PushOutcome.Forget>(await _senders.Send(PushPlatform.Apns, "../../evil?x=1"));
        Assert.Empty(_apple.Received);
    }

    [Theory]
    [InlineData(429, "TooManyRequests")]
    [InlineData(503, "ServiceUnavailable")]
    public async Task A_busy_service_is_asked_again_when_it_wants(int status, string reason)
    {
        _apple.Next(new ServiceFault.Answer(status, $$"""{"reason":"{{reason}}"}""", RetryAfter: "17"));
        var outcome = Assert.IsType<PushOutcome.RetryAfter>(await _senders.Send(PushPlatform.Apns, Device));
        Assert.Equal(TimeSpan.FromSeconds(17), outcome.After);
    }

    [Fact]
    public async Task An_error_of_ours_in_a_message_is_not_sent_again()
    {
        _apple.Next(new ServiceFault.Answer(400, """{"reason":"BadPriority"}"""));
        Assert.Equal(new PushOutcome.Refused("BadPriority"), await _senders.Send(PushPlatform.Apns, Device));
    }

    [Fact]
    public async Task Wrong_keys_give_up_no_message()
    {
        _apple.Next(new ServiceFault.Answer(403, """{"reason":"InvalidProviderToken"}"""));
        await Assert.ThrowsAsync<ServiceFailedException>(() => _senders.Send(PushPlatform.Apns, Device));
    }

    [Fact]
    public async Task A_long_text_is_shortened_between_characters_until_the_payload_fits()
    {
        // A family of several code points, which must not be torn apart.
        const string Family = "👨‍👩‍👧‍👦";
        var body = string.Concat(Enumerable.Repeat(Family, 500));
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Apns, Device, Senders.Message(_senders.Time, body)));
        var request = Assert.Single(_apple.Received);
        Assert.InRange(request.Body.Length, 4_096 - Encoding.UTF8.GetByteCount(Family), 4_096);
        var shown = (string)JsonNode.Parse(request.Body)!["aps"]!["alert"]!["body"]!;
        Assert.EndsWith(Family + "…", shown, StringComparison.Ordinal);
        Assert.StartsWith(shown[..^1], body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collapse_key_that_is_too_long_or_not_ascii_collapses_all_the_same()
    {
        foreach (var key in (string[])[new('k', 100), "게시물"])
        {
            Assert.IsType<PushOutcome.Delivered>(
                await _senders.Send(PushPlatform.Apns, Device, Senders.Message(_senders.Time, collapse: key)));
            Assert.IsType<PushOutcome.Delivered>(
                await _senders.Send(PushPlatform.Apns, Device, Senders.Message(_senders.Time, collapse: key)));
        }

        var ids = _apple.Received.Select(request => request.Headers["apns-collapse-id"]).ToArray();
        Assert.Equal(ids[0], ids[1]);
        Assert.Equal(ids[2], ids[3]);
        Assert.NotEqual(ids[0], ids[2]);
    }
}
