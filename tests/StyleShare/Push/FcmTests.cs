using StyleShare.Outbound;
using StyleShare.Push;
using StyleShare.Testing.Services;

namespace StyleShare.Tests.Push;

public sealed class FcmTests : IAsyncLifetime
{
    private const string Device = "cT3kz:APA91bExampleToken-with_signs";
    private FcmServer _google = null!;
    private Senders _senders = null!;

    public async ValueTask InitializeAsync()
    {
        _google = await FcmServer.StartAsync();
        _senders = new Senders(_google.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _senders.DisposeAsync();
        await _google.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_delivered_with_its_texts_data_time_to_live_and_what_it_replaces()
    {
        var message = Senders.Message(_senders.Time);
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Fcm, Device, message));
        var (device, sent) = Assert.Single(_google.Delivered);
        Assert.Equal(Device, device);
        Assert.Equal(message.Body, (string)sent["notification"]!["body"]!);
        Assert.Equal("42", (string)sent["data"]!["post"]!);
        Assert.Equal("post:1", (string)sent["android"]!["collapse_key"]!);
        Assert.Equal("post:1", (string)sent["android"]!["notification"]!["tag"]!);
        Assert.Equal(3, (int)sent["android"]!["notification"]!["notification_count"]!);
        Assert.Matches("^35[0-9]{2}s$|^3600s$", (string)sent["android"]!["ttl"]!);
    }

    [Fact]
    public async Task Fifty_callers_at_once_share_one_access_token()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _senders.Send(PushPlatform.Fcm, Device)));
        Assert.All(outcomes, outcome => Assert.IsType<PushOutcome.Delivered>(outcome));
        Assert.Equal(1, _google.TokensGiven);
    }

    [Fact]
    public async Task An_access_token_is_replaced_shortly_before_its_end()
    {
        await _senders.Send(PushPlatform.Fcm, Device);
        _senders.Time.Advance(TimeSpan.FromMinutes(57));
        await _senders.Send(PushPlatform.Fcm, Device);
        Assert.Equal(1, _google.TokensGiven);
        _senders.Time.Advance(TimeSpan.FromMinutes(2));
        await _senders.Send(PushPlatform.Fcm, Device);
        Assert.Equal(2, _google.TokensGiven);
    }

    [Fact]
    public async Task A_revoked_access_token_is_replaced_and_the_message_sent_once_more()
    {
        await _senders.Send(PushPlatform.Fcm, Device);
        _google.RevokeTokens();
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Fcm, Device));
        Assert.Equal(2, _google.TokensGiven);
    }

    [Fact]
    public async Task A_device_that_is_gone_is_forgotten()
    {
        _google.Gone[Device] = true;
        Assert.IsType<PushOutcome.Forget>(await _senders.Send(PushPlatform.Fcm, Device));
    }

    [Fact]
    public async Task A_404_that_says_nothing_of_the_device_forgets_none()
    {
        await _senders.Send(PushPlatform.Fcm, Device);
        _google.Next(new ServiceFault.Answer(404, FcmServer.ErrorBody(404, "NOT_FOUND", code: null)));
        await Assert.ThrowsAsync<ServiceFailedException>(() => _senders.Send(PushPlatform.Fcm, Device));
    }

    [Theory]
    [InlineData("message.token", true)]
    [InlineData("message.data", false)]
    public async Task An_invalid_argument_forgets_the_device_only_if_its_token_is_what_is_invalid(string field, bool forgotten)
    {
        await _senders.Send(PushPlatform.Fcm, Device);
        _google.Next(new ServiceFault.Answer(400, FcmServer.ErrorBody(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", field)));
        var outcome = await _senders.Send(PushPlatform.Fcm, Device);
        Assert.Equal(forgotten ? new PushOutcome.Forget() : new PushOutcome.Refused("INVALID_ARGUMENT"), outcome);
    }

    [Theory]
    [InlineData(429, "QUOTA_EXCEEDED", "30", 30)]
    [InlineData(429, "QUOTA_EXCEEDED", null, 60)]
    [InlineData(503, "UNAVAILABLE", "5", 5)]
    public async Task A_busy_service_is_asked_again_when_it_wants(int status, string code, string? retryAfter, int seconds)
    {
        await _senders.Send(PushPlatform.Fcm, Device);
        _google.Next(new ServiceFault.Answer(status, FcmServer.ErrorBody(status, "RESOURCE_EXHAUSTED", code), retryAfter));
        var outcome = Assert.IsType<PushOutcome.RetryAfter>(await _senders.Send(PushPlatform.Fcm, Device));
        Assert.Equal(TimeSpan.FromSeconds(seconds), outcome.After);
    }

    [Fact]
    public async Task A_token_endpoint_that_refuses_gives_up_no_message()
    {
        _google.Next(new ServiceFault.Answer(400, """{"error":"invalid_grant"}"""));
        await Assert.ThrowsAsync<ServiceFailedException>(() => _senders.Send(PushPlatform.Fcm, Device));
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Fcm, Device));
    }
}
