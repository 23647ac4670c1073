using System.Globalization;
using System.Text.Json;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Testing;

namespace StyleShare.Tests.Notifications;

/// <summary>From what people do to the lines of the inbox, over the real streams.</summary>
public sealed class InboxGrainTests
{
    [Fact]
    public async Task A_thousand_people_who_like_a_post_at_once_are_one_line_of_a_thousand()
    {
        await using var steps = await InboxSteps.Start();
        var mina = await steps.Person();
        var people = await steps.People(1_000, "Juno");
        var post = await steps.Publish(mina);
        await Task.WhenAll(people.Select(person => steps.Like(post, person)));
        await InboxSteps.Until(1_000, async () => (await steps.Inbox(mina)).Sum(each => each.Line.Count));
        var line = Assert.Single(await steps.Inbox(mina));
        Assert.Equal("Juno and 999 others like your post.", line.Text("en"));
        Assert.Equal((1, 1_000), (
            await steps.Unread(mina), await steps.Database.ScalarAsync<long>("SELECT count(*) FROM notification_actors")));
        await steps.UntilQuiet();
        var events = await steps.Database.ScalarAsync<long>("SELECT count(*) FROM handled_events WHERE consumer = 'inbox'");
        TestContext.Current.TestOutputHelper?.WriteLine($"{events} events");
        Assert.True(events < 500, $"{events} events for 1,000 likes");
    }

    [Fact]
    public async Task What_is_delivered_again_is_not_told_again()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        var post = await steps.Publish(mina);
        var (said, liked, at) = (Guid.CreateVersion7(), Guid.CreateVersion7(), DateTimeOffset.UtcNow);
        for (var i = 0; i < 3; i++)
        {
            // Something else in between: of two alike in a row the stream's consumer knows by itself.
            await steps.Commit(change => change.Tell(mina, new(new("다음", "Next"), at)));
            await steps.UntilQuiet();
            await steps.Commit(change =>
            {
                change.Raise(new(liked, PostActivities.Namespace, mina.ToString("N"), JsonSerializer.Serialize(
                    [new(PostActivityKind.Liked, post, juno, null, at)], PostJson.Default.ListPostActivity)));
                change.Raise(new(said, SystemNotice.Namespace, mina.ToString("N"), JsonSerializer.Serialize(
                    [new(new("안녕", "Hello"), at)], NotificationJson.Default.ListSystemNotice)));
            });
            // An event comes again once it was handled, and its acknowledgement lost; never twice in one batch.
            await steps.UntilQuiet();
        }

        Assert.Equal(5, await steps.Unread(mina));
        Assert.Equal(
            ["Hello", "Juno likes your post.", "Next", "Next", "Next"],
            (await steps.Inbox(mina)).Select(line => line.Text("en")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Likes_an_hour_apart_are_two_lines()
    {
        await using var steps = await InboxSteps.Start();
        var mina = await steps.Person();
        var people = await steps.People(3);
        var post = await steps.Publish(mina);
        await steps.Like(post, people[0]);
        steps.Silo.Time.Advance(TimeSpan.FromMinutes(59));
        await steps.Like(post, people[1]);
        steps.Silo.Time.Advance(TimeSpan.FromMinutes(2));
        await steps.Like(post, people[2]);
        await InboxSteps.Until(2, () => steps.Unread(mina));
        Assert.Equal([1, 2], (await steps.Inbox(mina)).Select(line => line.Line.Count));
    }

    [Fact]
    public async Task What_is_undone_leaves_the_line_and_readers_learn_of_it()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno, sana) = (await steps.Person(), await steps.Person("Juno"), await steps.Person("Sana"));
        var post = await steps.Publish(mina);
        await steps.Like(post, juno);
        await steps.Like(post, sana);
        await InboxSteps.Until("Sana and Juno like your post.", () => Text(steps, mina));
        var position = (await steps.Grain<IInboxGrain>(mina).State()).Position;
        await steps.Unlike(post, juno);
        await InboxSteps.Until("Sana likes your post.", () => Text(steps, mina));
        await steps.Unlike(post, sana);
        await InboxSteps.Until(0, () => steps.Unread(mina));
        var gone = Assert.Single(await steps.Service<NotificationQueries>().Changed(
            mina, position, Guid.AllBitsSet, long.MaxValue, 10, CancellationToken.None));
        Assert.False(gone.IsThere);
    }

    [Fact]
    public async Task Who_is_blocked_or_muted_or_gone_is_not_told_of()
    {
        await using var steps = await InboxSteps.Start();
        var mina = await steps.Person();
        var people = await steps.People(5, "Juno");
        var post = await steps.Publish(mina);
        await steps.Database.ExecuteAsync(
            $"""
            INSERT INTO blocks VALUES ('{mina}', '{people[0]}', now()), ('{people[1]}', '{mina}', now());
            INSERT INTO mutes VALUES ('{mina}', '{people[2]}', now()), ('{people[4]}', '{mina}', now());
            UPDATE users SET gone_at = now() WHERE id = '{people[3]}';
            """);
        foreach (var person in people)
            await steps.Like(post, person);
        await InboxSteps.Until(1, () => steps.Unread(mina));
        await steps.UntilQuiet();
        // To be muted by somebody is nothing that they would notice.
        Assert.Equal(people[4], Assert.Single(Assert.Single(await steps.Inbox(mina)).Actors).Id);
    }

    [Fact]
    public async Task A_killed_silo_loses_and_repeats_nothing()
    {
        await using var steps = await InboxSteps.StartToBeKilled();
        var mina = await steps.Person();
        var people = await steps.People(300, "Juno");
        var post = await steps.Publish(mina);
        var likes = people.Select(async person =>
        {
            try
            {
                await steps.Like(post, person);
            }
            catch (Exception)
            {
                // The silo is gone; whether the like was committed is what the table says.
            }
        }).ToArray();
        await Task.WhenAny(likes);
        await steps.Silo.KillAsync();
        await Task.WhenAll(likes);
        await using var next = await StyleShareCluster.StartAsync(steps.Database, StyleShare.Tests.Streams.StreamSteps.ShortLeases);
        var committed = await steps.Database.ScalarAsync<long>("SELECT count(*) FROM likes");
        Assert.True(committed > 0);
        await InboxSteps.Until(committed, () => steps.Database.ScalarAsync<long>("SELECT coalesce(sum(count), 0)::bigint FROM notifications"));
        Assert.Equal(1, await steps.Database.ScalarAsync<long>("SELECT count(*) FROM notifications"));
        Assert.Equal(committed, await steps.Database.ScalarAsync<long>("SELECT count(*) FROM notification_actors"));
    }

    [Fact]
    public async Task An_inbox_that_nobody_reads_takes_its_older_half_as_read()
    {
        await using var steps = await InboxSteps.Start(settings: new KeyValuePair<string, string?>("StyleShare:Notifications:MaxUnread", "10"));
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        var post = await steps.Publish(mina);
        for (var i = 0; i < 11; i++)
            await steps.Comment(post, juno, i.ToString(CultureInfo.InvariantCulture));
        await InboxSteps.Until(11, async () => (await steps.Inbox(mina)).Count);
        await InboxSteps.Until(5, () => steps.Unread(mina));
        Assert.Equal(5, (await steps.Inbox(mina)).Count(line => !line.Read));
    }

    [Fact]
    public async Task Who_waits_for_news_is_woken_and_others_wait_until_the_time_is_over()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        var inbox = steps.Grain<IInboxGrain>(mina);
        var waiting = inbox.WaitFor(0, TimeSpan.FromSeconds(25));
        Assert.Equal(0, (await inbox.WaitFor(0, TimeSpan.FromMilliseconds(20))).Position);
        Assert.False(waiting.IsCompleted);
        await steps.Grain<IFollowingGrain>(juno).Follow(mina);
        Assert.Equal(1, (await waiting).Unread);
    }

    [Fact]
    public async Task Nothing_is_left_of_who_is_erased()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        await steps.AddPhone(mina, "token");
        await steps.Grain<IPreferencesGrain>(mina).Put(Preferences.Default(mina) with { QuietHours = new(new(22, 0), new(8, 0), "Asia/Seoul") });
        await steps.Like(await steps.Publish(mina), juno);
        await steps.UntilQuiet();
        await steps.Service<NotificationErasure>().Erase(mina);
        await steps.Service<NotificationErasure>().Erase(mina);
        foreach (var table in new[] { "notifications", "notification_actors", "devices", "push_queue", "preferences WHERE time_zone IS NOT NULL" })
            Assert.Equal(0, await steps.Database.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
        Assert.Equal(0, await steps.Unread(mina));
    }

    private static async Task<string> Text(InboxSteps steps, Guid user) =>
        await steps.Inbox(user) is [var line] ? line.Text("en") : "";
}
