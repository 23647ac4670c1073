using Polly.Timeout;
using StyleShare.Outbound;
using StyleShare.Push;
using StyleShare.Testing.Services;
using StyleShare.Tests.Push;

namespace StyleShare.Tests.Outbound;

/// <summary>What a service may do to us, shown at each of them over real connections.</summary>
public sealed class ServiceClientTests : IAsyncLifetime
{
    private static readonly string Device = new('a', 64);
    private ApnsServer _apple = null!;
    private Senders _senders = null!;

    public async ValueTask InitializeAsync()
    {
        _apple = await ApnsServer.StartAsync();
        _senders = With();
    }

    public async ValueTask DisposeAsync()
    {
        await _senders.DisposeAsync();
        await _apple.DisposeAsync();
    }

    [Fact]
    public async Task A_service_that_says_nothing_is_given_up_after_the_time_limit()
    {
        await using var quick = With(("Timeout", "00:00:00.3"));
        _apple.Next(new ServiceFault.Hang());
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => quick.Send(PushPlatform.Apns, Device));
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Apns, Device));
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_given_up_after_the_time_limit()
    {
        await using var quick = With(("Timeout", "00:00:00.3"));
        _apple.Next(new ServiceFault.SlowBody());
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => quick.Send(PushPlatform.Apns, Device));
    }

    [Fact]
    public async Task An_answer_of_many_megabytes_is_not_read_to_its_end()
    {
        _apple.Next(new ServiceFault.EndlessBody(400));
        Assert.Equal(new PushOutcome.Refused("400"), await _senders.Send(PushPlatform.Apns, Device));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_an_error_and_the_message_is_not_sent_again_behind_the_callers_back()
    {
        _apple.Next(new ServiceFault.Reset());
        await Assert.ThrowsAsync<HttpRequestException>(() => _senders.Send(PushPlatform.Apns, Device));
        Assert.Single(_apple.Received);
        Assert.IsType<PushOutcome.Delivered>(await _senders.Send(PushPlatform.Apns, Device));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_gets_no_message()
    {
        await using var other = await ApnsServer.StartAsync();
        await using var senders = new Senders(
            _apple.Settings, [new("StyleShare:Push:Apns:Server", other.Address.ToString())]);
        await Assert.ThrowsAsync<HttpRequestException>(() => senders.Send(PushPlatform.Apns, Device));
        Assert.Empty(other.Received);
    }

    [Fact]
    public async Task A_service_that_is_down_is_left_alone_then_asked_with_one_message_and_then_with_all()
    {
        await using var senders = With(("BreakAfter", "5"), ("FirstBreak", "00:00:10"), ("LongestBreak", "00:00:20"));
        _apple.Down = new ServiceFault.Answer(500);
        while (await Outcome(senders) is not PushOutcome.RetryAfter)
            Assert.InRange(_apple.Received.Count, 1, 10);

        // Left alone: whoever asks is told when to come back, not all at the same time, and nothing is sent.
        var asked = _apple.Received.Count;
        var waits = new HashSet<TimeSpan>();
        for (var i = 0; i < 20; i++)
            waits.Add(Assert.IsType<PushOutcome.RetryAfter>(await Outcome(senders)).After!.Value);
        Assert.Equal(asked, _apple.Received.Count);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)));
        Assert.True(waits.Count > 10);

        // Still down when it is tried again: one message goes to find that out.
        senders.Time.Advance(TimeSpan.FromSeconds(15));
        await Assert.ThrowsAsync<ServiceFailedException>(() => senders.Send(PushPlatform.Apns, Device));
        Assert.IsType<PushOutcome.RetryAfter>(await Outcome(senders));
        Assert.Equal(asked + 1, _apple.Received.Count);

        // Back again.
        _apple.Down = null;
        senders.Time.Advance(TimeSpan.FromSeconds(30));
        var outcomes = new List<PushOutcome?>();
        for (var i = 0; i < 10; i++)
            outcomes.Add(await Outcome(senders));
        Assert.All(outcomes, outcome => Assert.IsType<PushOutcome.Delivered>(outcome));
    }

    [Fact]
    public async Task One_browsers_service_that_fails_does_not_stop_the_messages_to_another_one()
    {
        await using var bad = await WebPushServer.StartAsync(_senders.Time);
        await using var senders = new Senders(
            bad.Settings, [new("StyleShare:Push:WebPush:Limits:BreakAfter", "3"), new("StyleShare:Push:WebPush:Limits:BreakWindow", "00:01:00")]);
        bad.Down = new ServiceFault.Answer(500);
        var subscription = bad.Subscribe("b1");
        while (await Outcome(senders, PushPlatform.WebPush, subscription) is not PushOutcome.RetryAfter)
            Assert.InRange(bad.Received.Count, 1, 10);
        bad.Down = null;

        // The same server under its address is another host to us.
        var other = subscription.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        bad.Next(new ServiceFault.Answer(201));
        Assert.IsType<PushOutcome.Delivered>(await Outcome(senders, PushPlatform.WebPush, other));
        Assert.IsType<PushOutcome.RetryAfter>(await Outcome(senders, PushPlatform.WebPush, subscription));
    }

    [Fact]
    public async Task More_than_may_wait_are_told_to_come_back()
    {
        await using var senders = With(("Concurrency", "1"), ("Waiting", "1"), ("Timeout", "00:00:05"));
        _apple.Next(new ServiceFault.SlowBody());
        var first = senders.Send(PushPlatform.Apns, Device);
        while (_apple.Received.IsEmpty)
            await Task.Yield();
        var second = senders.Send(PushPlatform.Apns, Device);
        Assert.IsType<PushOutcome.RetryAfter>(await senders.Send(PushPlatform.Apns, Device));
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => first);
        Assert.IsType<PushOutcome.Delivered>(await second);
    }

    private Senders With(params (string Name, string Value)[] limits) => new(
        _apple.Settings,
        limits.Select(limit => new KeyValuePair<string, string?>("StyleShare:Push:Apns:Limits:" + limit.Name, limit.Value)));

    private static async Task<PushOutcome?> Outcome(
        Senders senders, PushPlatform platform = PushPlatform.Apns, string? address = null)
    {
        try
        {
            return await senders.Send(platform, address ?? Device);
        }
        catch (ServiceFailedException)
        {
            return null;
        }
    }
}
