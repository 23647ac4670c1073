using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Push;
using StyleShare.Storage;
using StyleShare.Testing;
using StyleShare.Testing.Services;
using StyleShare.Tests.Streams;

namespace StyleShare.Tests.Notifications;

/// <summary>A silo whose pushes go to a server of this machine, and steps that tests of the inbox share.</summary>
public sealed class InboxSteps : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Ids _ids = new(TimeProvider.System);
    private TestDatabase _database = null!;

    private InboxSteps()
    {
    }

    public TestDatabase Database => _database;

    public FcmServer Google { get; private set; } = null!;

    public StyleShareCluster Silo { get; private set; } = null!;

    public static Task<InboxSteps> Start(string pushDelay = "00:00:00", params KeyValuePair<string, string?>[] settings) =>
        Start(StreamSteps.Quick, pushDelay, settings);

    /// <summary>The same, with leases that are over soon after the silo is killed.</summary>
    public static Task<InboxSteps> StartToBeKilled() => Start(StreamSteps.ShortLeases, "00:00:00");

    private static async Task<InboxSteps> Start(
        KeyValuePair<string, string?>[] streams, string pushDelay, params KeyValuePair<string, string?>[] settings)
    {
        var steps = new InboxSteps { _database = await TestDatabase.CreateAsync(), Google = await FcmServer.StartAsync() };
        steps.Silo = await StyleShareCluster.StartAsync(
            steps._database,
            [.. streams, .. steps.Google.Settings, new("StyleShare:Notifications:PushDelay", pushDelay), .. settings]);
        return steps;
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Google.DisposeAsync();
        await _database.DisposeAsync();
    }

    public T Grain<T>(Guid id)
        where T : IGrainWithGuidKey => Silo.Grains.GetGrain<T>(id);

    public T Service<T>()
        where T : notnull => Silo.Services.GetRequiredService<T>();

    /// <summary>Puts people into the database, as signing up does.</summary>
    public async Task<Guid[]> People(int count, string name = "Mina")
    {
        var people = Enumerable.Range(0, count).Select(_ => _ids.Next()).ToArray();
        await using var command = _database.Source.CreateCommand(
            """
            INSERT INTO users (id, handle, email, display_name, bio, locale, followers, created_at, version)
            SELECT id, 'u' || replace(id::text, '-', ''), id || '@example.com', $2, '', 'en', 0, now(), 1 FROM unnest($1) AS id
            """);
        command.Parameters.Add(new() { Value = people });
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync();
        return people;
    }

    public async Task<Guid> Person(string name = "Mina") => (await People(1, name))[0];

    public async Task<Guid> Publish(Guid author)
    {
        var summary = await Grain<IUserGrain>(author).Summary();
        return (await Grain<IPostGrain>(_ids.Next()).Publish(new(summary!, "caption", [], [], null))).Post.Id;
    }

    public Task Like(Guid post, Guid user) => Grain<IPostGrain>(post).Like(user);

    public Task Unlike(Guid post, Guid user) => Grain<IPostGrain>(post).Unlike(user);

    public async Task<Guid> Comment(Guid post, Guid user, string text) =>
        (await Grain<IPostGrain>(post).Comment(new((await Grain<IUserGrain>(user).Summary())!, text, null))).Id;

    public async Task<IReadOnlyList<ShownLine>> Inbox(Guid user) =>
        [.. (await Service<NotificationQueries>().List(user, null, 100, CancellationToken.None)).Items.Where(line => line.IsThere)];

    public async Task<long> Unread(Guid user) => (await Grain<IInboxGrain>(user).State()).Unread;

    public async Task AddPhone(Guid user, string token) =>
        await Grain<IDevicesGrain>(user).Put(new("phone", PushPlatform.Fcm, token));

    /// <summary>What a device was given, in order.</summary>
    public IReadOnlyList<string> DeliveredTo(string token) =>
        [.. Google.Delivered.Where(sent => sent.Device == token).Select(sent => (string)sent.Message["notification"]!["body"]!)];

    /// <summary>Waits until a number is what it is to be.</summary>
    public static async Task Until<T>(T wanted, Func<Task<T>> ask)
    {
        var waited = Stopwatch.StartNew();
        var last = await ask();
        while (!EqualityComparer<T>.Default.Equals(last, wanted) && waited.Elapsed < Patience)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            last = await ask();
        }

        Assert.Equal(wanted, last);
    }

    /// <summary>Waits until all events are delivered, and all jobs that are due now are done.</summary>
    public async Task UntilQuiet() => await Until(
        0L,
        () => _database.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM jobs WHERE due_at < now() + interval '5 minutes')"));

    public Task Commit(Action<Change> write)
    {
        var change = new Change();
        write(change);
        return Service<ICommitter>().Commit(change);
    }
}
