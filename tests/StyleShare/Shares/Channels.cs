using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Shares;
using StyleShare.Shares.Channels;
using StyleShare.Shares.Connections;
using StyleShare.Storage;
using StyleShare.Testing;
using StyleShare.Testing.Services;

namespace StyleShare.Tests.Shares;

/// <summary>The senders of shares as a silo has them, without the silo.</summary>
internal sealed class Channels : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Channels(params IEnumerable<KeyValuePair<string, string?>>[] settings)
    {
        // No database is asked for as long as there is somewhere to send to.
        var all = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:StyleShare"] = "Host=localhost;Port=1" };
        foreach (var (key, value) in settings.SelectMany(some => some))
            all[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddStyleShareStorage(configuration)
            .AddShares(configuration)
            .BuildServiceProvider();
    }

    public FakeTime Time { get; } = new();

    public static ShareMessage Message(string text = "이 코트 예뻐요 🧥") => new(
        Guid.CreateVersion7(), "S0EFFP79ZAYD", text, new Uri("https://styleshare.example/s/S0EFFP79ZAYD"), "ko", Guid.NewGuid(), null,
        DateTimeOffset.UtcNow);

    /// <summary>A connection of Mina's to the channel, as the server knows her.</summary>
    public static Connection To(ShareChannel channel, SocialServer server) => channel switch
    {
        ShareChannel.Facebook => new(channel, Connection.OwnPage, SocialServer.Token),
        ShareChannel.Mastodon => new(channel, server.Address.GetLeftPart(UriPartial.Authority), SocialServer.Token),
        ShareChannel.Webhook => new(channel, server.Hook, SocialServer.Secret),
        _ => new(channel, "", SocialServer.Token),
    };

    public Task<ShareOutcome> Send(Connection connection, ShareMessage? message = null) =>
        _services.GetRequiredService<ChannelSender>().Send(connection, message ?? Message(), CancellationToken.None);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
