namespace StyleShare.Chaos.Tests;

/// <summary>A silo that is killed while it serves.</summary>
public sealed class KilledSiloTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Fans = 24;
    private const int Posts = 40;

    [Fact]
    public async Task Every_acknowledged_like_is_there_once_after_kill_9_and_the_counts_are_right()
    {
        using var clients = new Clients();
        using var first = await SiloProcess.Start(database.ConnectionString, "--StyleShare:Accounts:PasswordIterations", "1");
        var author = await clients.SignUp(first.Address, "author");
        var fans = await clients.SignUpMany(first.Address, "fan", Fans);
        var posts = new List<Guid>();
        for (var i = 0; i < Posts; i++)
            posts.Add(await Clients.Publish(first.Address, author, "before the storm"));

        var silo = first;
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var likes = fans.Select(fan => Task.Run(async () =>
        {
            for (var i = 0; i < Posts; i++)
            {
                // However fast the machine is, something is left to do when the silo dies.
                if (i == Posts * 3 / 4)
                    await killed.Task;
                await clients.Insist(() => silo.Address, fan, HttpMethod.Put, $"/v1/posts/{posts[i]}/like");
            }
        })).ToArray();
        while (clients.Acknowledged.Count < Fans * Posts / 4)
            await Task.WhenAny(Task.WhenAll(likes), Task.Delay(1, TestContext.Current.CancellationToken));
        await first.Kill();
        killed.SetResult();
        using var second = await SiloProcess.Start(database.ConnectionString);
        silo = second;
        await Task.WhenAll(likes);

        Assert.Equal(Fans * Posts, clients.Acknowledged.Count);
        Assert.Equal(Fans * Posts, await database.ScalarAsync<long>("SELECT count(*) FROM likes"));
        Assert.Equal(Posts, await database.ScalarAsync<long>($"SELECT count(*) FROM posts WHERE likes = {Fans}"));
    }
}
