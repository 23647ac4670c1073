using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Push;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Push;

/// <summary>The senders as a silo has them, without the silo.</summary>
internal sealed class Senders : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Senders(params IEnumerable<KeyValuePair<string, string?>>[] settings)
    {
        // No database is asked for as long as there are credentials.
        var all = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:StyleShare"] = "Host=localhost;Port=1" };
        foreach (var (key, value) in settings.SelectMany(some => some))
            all[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddStyleShareStorage(configuration)
            .AddPush(configuration)
            .BuildServiceProvider();
    }

    public FakeTime Time { get; } = new();

    public IPushSender Push => _services.GetRequiredService<IPushSender>();

    public static PushMessage Message(FakeTime? time = null, string body = "mina님이 회원님의 게시물을 좋아합니다", string? collapse = "post:1") => new(
        Guid.NewGuid(),
        "StyleShare",
        body,
        collapse,
        Badge: 3,
        (time ?? new FakeTime()).GetUtcNow() + TimeSpan.FromHours(1),
        ImmutableDictionary<string, string>.Empty.Add("post", "42"));

    public Task<PushOutcome> Send(PushPlatform platform, string address, PushMessage? message = null) =>
        Push.Send(new PushTarget(platform, address), message ?? Message(Time), CancellationToken.None);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
