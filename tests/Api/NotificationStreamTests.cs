namespace StyleShare.Api.Tests;

/// <summary>The live stream, by the framework's own parser.</summary>
public sealed class NotificationStreamTests(NotificationStreamTests.Host host) : IClassFixture<NotificationStreamTests.Host>
{
    [Fact]
    public async Task What_happens_is_streamed_and_who_comes_back_gets_what_they_missed()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody("Juno"));
        var post = await mina.Publish();
        string seen;
        await using (var stream = await Open(mina))
        {
            Assert.Equal(0, (await stream.Next("unread"))["count"]!.GetValue<long>());
            await juno.Client.Put($"/v1/posts/{post}/like");
            var line = Assert.Single(await stream.UntilUnread(1));
            Assert.Equal("Juno likes your post.", line["text"]!.GetValue<string>());
            seen = stream.LastId;
        }

        await juno.Client.Delete($"/v1/posts/{post}/like");
        await juno.Client.Post($"/v1/posts/{post}/comments", new { text = "hello" });
        await juno.Client.Put($"/v1/users/{mina.Id}/follow");
        // That she is followed is told by another stream: it may be there before the like is gone.
        await NotificationSteps.Until(async () =>
            (await mina.Client.Get("/v1/notifications")).Items.Select(line => line!["kind"]!.GetValue<string>()).Order().SequenceEqual(["comment", "follow"]));
        await using (var stream = await Open(mina, seen))
        {
            var missed = await stream.UntilUnread(2);
            // The like is gone, and that is told too.
            Assert.Equal(["", "comment", "follow"], missed.Select(line => line["kind"]?.GetValue<string>() ?? "").Order());
            seen = stream.LastId;
        }

        await using (var stream = await Open(mina, seen))
            Assert.Empty(await stream.UntilUnread(2));
    }

    [Fact]
    public async Task Reading_here_is_seen_there()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        await juno.Client.Put($"/v1/users/{mina.Id}/follow");
        await mina.UntilUnread(1);
        await using var stream = await Open(mina);
        await stream.UntilUnread(1);
        var line = (await mina.Client.Get("/v1/notifications")).Items.Single()!["id"]!.GetValue<string>();
        await mina.Client.Put("/v1/notifications/read", new { upTo = line });
        await stream.UntilUnread(0);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task A_position_that_no_event_had_is_refused(string id)
    {
        var mina = await host.Somebody();
        (await mina.Client.Get("/v1/notifications/stream", ("Last-Event-ID", id))).Problem(400, "bad_last_event_id");
    }

    [Fact]
    public async Task A_person_has_so_many_streams_and_the_newest_take_the_place_of_the_oldest()
    {
        var mina = await host.Somebody();
        await using var first = await Open(mina);
        await using var second = await Open(mina);
        await using var third = await Open(mina);
        while (await first.Next() is not null)
        {
            // Until it ends; a stream that does not runs out of the test's patience.
        }

        await second.Next("unread");
        await third.Next("unread");
        await (await host.Somebody()).Client.Put($"/v1/users/{mina.Id}/follow");
        await second.UntilUnread(1);
        await third.UntilUnread(1);
    }

    [Fact]
    public async Task A_stream_ends_when_its_session_does()
    {
        var mina = await host.Somebody();
        await using var stream = await Open(mina);
        Assert.Equal(204, (await mina.Client.Delete("/v1/sessions/current")).Status);
        while (await stream.Next() is not null)
        {
            // Until it ends; a stream that does not runs out of the test's patience.
        }
    }

    private Task<EventStream> Open(Person person, string? lastId = null) => EventStream.Open(host.Address, person.Client.Token!, lastId);

    /// <summary>With few streams for a person, that say often that they are alive.</summary>
    public sealed class Host : ApiHost
    {
        protected override string[] Settings =>
        [
            "--StyleShare:Notifications:MaxStreamsOfPerson", "2", "--StyleShare:Notifications:Heartbeat", "00:00:00.200",
        ];
    }
}
