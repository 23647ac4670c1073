using StyleShare.Posts;
using StyleShare.Storage;

namespace StyleShare.Chaos.Tests;

/// <summary>An event that nobody can handle.</summary>
public sealed class PoisonEventTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string OperatorKey = "an operator's key of a test, long enough";

    [Fact]
    public async Task A_poison_event_becomes_a_dead_letter_after_its_tries_and_its_stream_goes_on()
    {
        using var clients = new Clients();
        using var silo = await SiloProcess.Start(
            database.ConnectionString,
            "--StyleShare:Accounts:PasswordIterations", "1",
            "--StyleShare:Operators:Key", OperatorKey,
            "--StyleShare:Streams:Tries", "3",
            "--StyleShare:Streams:FirstPause", "00:00:00.050",
            "--StyleShare:Streams:LongestPause", "00:00:00.200");
        var author = await clients.SignUp(silo.Address, "author");
        var fan = await clients.SignUp(silo.Address, "fan");
        var post = await Clients.Publish(silo.Address, author, "for you");

        await using (var storage = await TestStorage.StartAsync(database.ConnectionString))
        {
            var change = new Change();
            change.Raise(new OutboxEvent(
                Guid.CreateVersion7(), PostActivities.Namespace, PostActivities.KeyOf(author.Id), """{"not":"what is expected"}"""));
            await storage.Committer.Commit(change);
        }

        await clients.Comment(() => silo.Address, fan, post, "lovely");
        await Eventually.Is(1L, () => database.ScalarAsync<long>("SELECT count(*) FROM notifications WHERE comment_id IS NOT NULL"));
        await Eventually.Is(0L, () => database.ScalarAsync<long>("SELECT count(*) FROM outbox"));

        fan.Client.Token = OperatorKey;
        var letter = Assert.Single((await fan.Client.Get(new Uri(silo.Address, "/ops/v1/dead-letters").ToString())).Items)!;
        Assert.Equal("event", letter["source"]!.GetValue<string>());
        Assert.Equal(PostActivities.Namespace, letter["kind"]!.GetValue<string>());
        Assert.Equal(3, letter["tries"]!.GetValue<int>());
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM stream_failures"));
    }
}
