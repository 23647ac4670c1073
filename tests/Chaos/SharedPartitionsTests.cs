namespace StyleShare.Chaos.Tests;

/// <summary>Two silos of one service read the same partitions.</summary>
public sealed class SharedPartitionsTests
{
    private const int Authors = 24;
    private const int Fans = 12;

    private static readonly string[] Settings = ["--StyleShare:Accounts:PasswordIterations", "1"];

    [Fact]
    public async Task Each_event_is_handled_by_one_also_when_the_other_is_killed()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var clients = new Clients();
        using var first = await SiloProcess.Start(database.ConnectionString, Settings);
        using var second = await SiloProcess.Start(database.ConnectionString, Settings);
        await Shared(database);
        var alive = new[] { first, second };
        var commenting = await Comment(clients, () => alive);
        await Acknowledged(clients, Authors * Fans / 3);
        alive = [second, second];
        await first.Kill();
        await commenting;
        await Lines.AreThere(database.ScalarAsync<long>, Authors * Fans);
        // The dead one's partitions have an owner that lives.
        await Eventually.Is(1L, () => Owners(database));
    }

    [Fact]
    public async Task Each_event_is_handled_by_one_also_when_the_other_is_frozen_and_thawed()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var clients = new Clients();
        using var first = await SiloProcess.Start(database.ConnectionString, Settings);
        using var second = await SiloProcess.Start(database.ConnectionString, Settings);
        await Shared(database);
        var alive = new[] { first, second };
        var commenting = await Comment(clients, () => alive);
        await Acknowledged(clients, Authors * Fans / 3);
        alive = [second, second];
        first.Freeze();
        try
        {
            // The rest of its partitions is read by the other one while it believes that they are its own.
            await Eventually.Is(1L, () => Owners(database));
        }
        finally
        {
            first.Thaw();
        }

        await commenting;
        await Lines.AreThere(database.ScalarAsync<long>, Authors * Fans);
        await Shared(database);
    }

    // Everybody's post gets a comment of every fan; half of the posts by way of each silo.
    private static async Task<Task> Comment(Clients clients, Func<SiloProcess[]> silos)
    {
        var authors = await clients.SignUpMany(silos()[0].Address, "author", Authors);
        var fans = await clients.SignUpMany(silos()[1].Address, "fan", Fans);
        var posts = await Task.WhenAll(authors.Select((author, i) => Clients.Publish(silos()[i % 2].Address, author, "for you")));
        return Task.WhenAll(fans.Select(fan => Task.Run(async () =>
        {
            for (var i = 0; i < posts.Length; i++)
                await clients.Comment(() => silos()[i % 2].Address, fan, posts[i], "lovely");
        })));
    }

    private static async Task Acknowledged(Clients clients, int count)
    {
        using var limit = new CancellationTokenSource(Clients.Patience);
        while (clients.Acknowledged.Count < count)
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
    }

    private static Task Shared(TestDatabase database) => Eventually.Is(2L, () => Owners(database));

    private static Task<long> Owners(TestDatabase database) =>
        database.ScalarAsync<long>("SELECT count(DISTINCT owner) FROM stream_leases WHERE until > now()");
}
