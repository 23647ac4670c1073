using Microsoft.Extensions.DependencyInjection;
using StyleShare.Development;
using StyleShare.Push;
using StyleShare.Testing;

namespace StyleShare.Tests.Push;

public sealed class DevelopmentOutboxTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Without_credentials_messages_are_kept_and_only_the_newest_ones()
    {
        await using var cluster = await StyleShareCluster.StartAsync(
            database, [new("StyleShare:Development:OutboxSize", "10")]);
        var push = cluster.Services.GetRequiredService<IPushSender>();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => push.Send(
            new PushTarget(i % 2 == 0 ? PushPlatform.Apns : PushPlatform.Fcm, $"token{i}"),
            Senders.Message(cluster.Time),
            CancellationToken.None)));
        Assert.All(outcomes, outcome => Assert.IsType<PushOutcome.Delivered>(outcome));
        var last = Senders.Message(cluster.Time, "the last one");
        await push.Send(new PushTarget(PushPlatform.WebPush, "{}"), last, CancellationToken.None);

        var outbox = cluster.Services.GetRequiredService<DevelopmentOutbox>();
        var kept = await outbox.Newest(before: null, kind: null, limit: 100);
        Assert.Equal(10, kept.Length);
        Assert.Equal("webpush", kept[0].Kind);
        Assert.Contains("the last one", kept[0].Message, StringComparison.Ordinal);
        Assert.Equal(kept.Skip(4), await outbox.Newest(kept[3].Seq, kind: null, limit: 100));
        Assert.Equal(kept.Where(message => message.Kind == "fcm"), await outbox.Newest(null, "fcm", 100));
    }

    [Fact]
    public async Task A_message_that_has_expired_is_not_sent()
    {
        await using var cluster = await StyleShareCluster.StartAsync(database);
        var message = Senders.Message(cluster.Time);
        cluster.Time.Advance(TimeSpan.FromHours(2));
        var outcome = await cluster.Services.GetRequiredService<IPushSender>()
            .Send(new PushTarget(PushPlatform.Apns, "expired"), message, CancellationToken.None);
        Assert.Equal(new PushOutcome.Refused("expired"), outcome);
    }
}
