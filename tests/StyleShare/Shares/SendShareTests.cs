using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Shares;
using StyleShare.Shares.Connections;
using StyleShare.Testing;
using StyleShare.Testing.Services;
using StyleShare.Tests.Accounts;

namespace StyleShare.Tests.Shares;

/// <summary>Shares on their way to a channel, with everything that a silo does for it.</summary>
public sealed class SendShareTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private SocialServer _server = null!;
    private StyleShareCluster _silo = null!;
    private Guid _mina;
    private Guid _post;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await SocialServer.StartAsync();
        _silo = await StyleShareCluster.StartAsync(_database, _server.Settings);
        _mina = await _silo.Somebody();
        _post = _silo.Services.GetRequiredService<Ids>().Next();
        var author = await _silo.Grains.GetGrain<IUserGrain>(_mina).Summary();
        await _silo.Grains.GetGrain<IPostGrain>(_post).Publish(new(author!, "A coat", [], [], null));
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Shares_reach_every_channel_that_is_connected()
    {
        foreach (var channel in new[] { ShareChannel.Facebook, ShareChannel.X, ShareChannel.Mastodon, ShareChannel.Webhook })
        {
            await Connect(channel);
            var share = await Share(channel, channel == ShareChannel.X ? "" : "Look at this");
            Assert.Equal((ShareState.Pending, null), (share.State, share.Error));
            var sent = await Settled(share);
            Assert.Equal((ShareState.Sent, null), (sent.State, sent.Error));
            var post = _server.Posts.Last();
            Assert.Equal(ShareNames.Of(channel), post.Channel);
            Assert.StartsWith(channel == ShareChannel.X ? "A coat" : "Look at this", post.Text, StringComparison.Ordinal);
            Assert.EndsWith("/s/" + share.Code, post.Link ?? post.Text, StringComparison.Ordinal);
        }

        Assert.Equal(4, _server.Posts.Count);
    }

    [Fact]
    public async Task Who_has_not_connected_a_channel_cannot_share_there()
    {
        await NotConnected();
        await Connect(ShareChannel.X);
        await Connections.Remove(ShareChannel.X);
        await NotConnected();
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT shares FROM posts"));
    }

    [Fact]
    public async Task A_connection_that_was_taken_back_is_marked_and_its_owner_told_once()
    {
        await Connect(ShareChannel.X);
        _server.Down = new ServiceFault.Answer(429, RetryAfter: "1");
        var shares = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Share(ShareChannel.X, $"number {i}")));
        (_server.Revoked, _server.Down) = (true, null);
        foreach (var share in shares)
        {
            var failed = await Settled(share);
            Assert.Equal((ShareState.Failed, "connection_revoked"), (failed.State, failed.Error));
        }

        await NotConnected();
        var connection = Assert.Single(await Store.Of(_mina));
        Assert.NotNull(connection.RevokedAt);
        Assert.Equal(0, await _database.ScalarAsync<int>("SELECT length(sealed) FROM connections"));
        await Eventually(async () => await _database.ScalarAsync<long>($"SELECT count(*) FROM notifications WHERE user_id = '{_mina}'") == 1);

        // Connected anew, it works, and what was said is not said again.
        _server.Revoked = false;
        await Connect(ShareChannel.X);
        Assert.Equal(ShareState.Sent, (await Settled(await Share(ShareChannel.X, "again"))).State);
        Assert.Equal(1, await _database.ScalarAsync<long>($"SELECT count(*) FROM notifications WHERE user_id = '{_mina}'"));
    }

    [Fact]
    public async Task A_token_that_came_while_the_old_one_was_refused_stays()
    {
        await Connect(ShareChannel.X);
        var old = (await Store.Find(_mina, ShareChannel.X))!.TokenId;
        await Connect(ShareChannel.X);
        await Connections.Revoke(ShareChannel.X, old);
        Assert.Null(Assert.Single(await Store.Of(_mina)).RevokedAt);
    }

    [Fact]
    public async Task A_channel_that_fails_is_tried_again_until_it_has_it()
    {
        await Connect(ShareChannel.Mastodon);
        _server.Next(new ServiceFault.Answer(500), new ServiceFault.Answer(429, RetryAfter: "0"), new ServiceFault.Answer(503, RetryAfter: "1"));
        Assert.Equal(ShareState.Sent, (await Settled(await Share(ShareChannel.Mastodon, "Look"))).State);
        Assert.Equal(4, _server.Received.Count);
        Assert.Single(_server.Posts);
    }

    [Fact]
    public async Task What_a_channel_will_never_take_fails_at_once()
    {
        await Connect(ShareChannel.Mastodon);
        _server.Next(new ServiceFault.Answer(422, """{"error":"Validation failed"}"""));
        var failed = await Settled(await Share(ShareChannel.Mastodon, "Look"));
        Assert.Equal((ShareState.Failed, "refused_by_channel"), (failed.State, failed.Error));
        Assert.Single(_server.Received);
        Assert.Null(Assert.Single(await Store.Of(_mina)).RevokedAt);
    }

    [Fact]
    public async Task A_channel_that_is_busy_for_too_long_is_given_up()
    {
        await Connect(ShareChannel.Mastodon);
        _server.Down = new ServiceFault.Answer(429, RetryAfter: "1");
        var share = await Share(ShareChannel.Mastodon, "Look");
        await Eventually(() => Task.FromResult(_server.Received.Count > 1));
        Assert.Equal(ShareState.Pending, (await Grain(share).Get())!.State);
        _silo.Time.Advance(TimeSpan.FromDays(1));
        var failed = await Settled(share);
        Assert.Equal((ShareState.Failed, "channel_unavailable"), (failed.State, failed.Error));
    }

    [Fact]
    public async Task A_post_that_was_deleted_meanwhile_is_not_sent()
    {
        await Connect(ShareChannel.Mastodon);
        _server.Down = new ServiceFault.Answer(429, RetryAfter: "1");
        var share = await Share(ShareChannel.Mastodon, "Look");
        await Eventually(() => Task.FromResult(!_server.Received.IsEmpty));
        await _silo.Grains.GetGrain<IPostGrain>(_post).Delete(_mina);
        _server.Down = null;
        var failed = await Settled(share);
        Assert.Equal((ShareState.Failed, "gone"), (failed.State, failed.Error));
        Assert.Empty(_server.Posts);
    }

    [Fact]
    public async Task What_a_killed_silo_was_to_send_another_one_sends()
    {
        await Connect(ShareChannel.Mastodon);
        _server.Down = new ServiceFault.Hang();
        var share = await Share(ShareChannel.Mastodon, "Look");
        await Eventually(() => Task.FromResult(!_server.Received.IsEmpty));
        await _silo.KillAsync();
        await _silo.DisposeAsync();
        _server.Down = null;
        _silo = await StyleShareCluster.StartAsync(_database, _server.Settings);
        Assert.Equal(ShareState.Sent, (await Settled(share)).State);
        Assert.Single(_server.Posts);
    }

    [Fact]
    public async Task Tokens_are_encrypted_and_worth_nothing_in_another_row()
    {
        foreach (var channel in new[] { ShareChannel.X, ShareChannel.Webhook })
            await Connect(channel);
        var rows = await _database.ScalarAsync<string>(
            "SELECT string_agg(label || encode(sealed, 'escape') || encode(sealed, 'base64') || encode(sealed, 'hex'), ' ') FROM connections");
        foreach (var secret in new[] { SocialServer.Token, SocialServer.Secret, "key=1" })
        {
            Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(secret)), rows, StringComparison.Ordinal);
        }

        var row = (await Store.Find(_mina, ShareChannel.X))!;
        var vault = _silo.Services.GetRequiredService<ConnectionVault>();
        Assert.Equal(SocialServer.Token, vault.Open(row)!.Token);
        Assert.Null(vault.Open(row with { UserId = Guid.NewGuid() }));
        Assert.Null(vault.Open(row with { Channel = ShareChannel.Mastodon }));
    }

    [Fact]
    public async Task Of_who_is_erased_no_connection_is_left_and_nothing_more_is_sent()
    {
        await Connect(ShareChannel.Mastodon);
        _server.Down = new ServiceFault.Answer(429, RetryAfter: "1");
        await Share(ShareChannel.Mastodon, "Look");
        await Eventually(() => Task.FromResult(!_server.Received.IsEmpty));
        await _silo.Grains.GetGrain<IAccountGrain>(_mina).Erase();
        await Eventually(async () => await _database.ScalarAsync<long>("SELECT count(*) FROM credentials WHERE erased_at IS NOT NULL") == 1);
        _server.Down = null;
        await Eventually(async () => await _database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'send-share'") == 0);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM connections"));
        Assert.Empty(_server.Posts);
    }

    [Fact]
    public async Task Without_an_address_of_the_service_a_share_goes_to_the_development_outbox()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var silo = await StyleShareCluster.StartAsync(other, [new("StyleShare:Shares:Mastodon:Enabled", "false")]);
        var mina = await silo.Somebody();
        var post = silo.Services.GetRequiredService<Ids>().Next();
        var author = await silo.Grains.GetGrain<IUserGrain>(mina).Summary();
        await silo.Grains.GetGrain<IPostGrain>(post).Publish(new(author!, "A coat", [], [], null));
        foreach (var channel in new[] { ShareChannel.Facebook, ShareChannel.X, ShareChannel.Mastodon })
        {
            var vault = silo.Services.GetRequiredService<ConnectionVault>();
            await silo.Grains.GetGrain<IConnectionsGrain>(mina).Put(vault.Seal(mina, Channels.To(channel, _server)));
            var share = await silo.Services.GetRequiredService<Sharing>().SharePost(mina, post, channel, "Look", null);
            await Eventually(async () => (await silo.Grains.GetGrain<IShareGrain>(share.Code).Get())!.State == ShareState.Sent);
            var message = await other.ScalarAsync<string>($"SELECT message::text FROM dev_outbox WHERE kind = '{ShareNames.Of(channel)}'");
            Assert.Contains("/s/" + share.Code, message, StringComparison.Ordinal);
            Assert.DoesNotContain(SocialServer.Token, message, StringComparison.Ordinal);
        }
    }

    private ConnectionStore Store => _silo.Services.GetRequiredService<ConnectionStore>();

    private IConnectionsGrain Connections => _silo.Grains.GetGrain<IConnectionsGrain>(_mina);

    private Task Connect(ShareChannel channel) =>
        Connections.Put(_silo.Services.GetRequiredService<ConnectionVault>().Seal(_mina, Channels.To(channel, _server)));

    private Task<ShareView> Share(ShareChannel channel, string message) =>
        _silo.Services.GetRequiredService<Sharing>().SharePost(_mina, _post, channel, message, null);

    private IShareGrain Grain(ShareView share) => _silo.Grains.GetGrain<IShareGrain>(share.Code);

    private async Task NotConnected() => Assert.Equal(
        "not_connected", (await Assert.ThrowsAsync<Refusal>(() => Share(ShareChannel.X, "Look"))).Code);

    private async Task<ShareView> Settled(ShareView share)
    {
        await Eventually(async () => (await Grain(share).Get())!.State != ShareState.Pending);
        return (await Grain(share).Get())!;
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
            await Task.Delay(20, limit.Token);
    }
}
