using StyleShare.Accounts;
using StyleShare.Mail;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Push;
using StyleShare.Testing.Services;
using StyleShare.Tests.Mail;

namespace StyleShare.Tests.Notifications;

/// <summary>From a line to the device, over a server that speaks FCM.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task A_line_rings_once_however_many_join_it()
    {
        await using var steps = await InboxSteps.Start();
        var mina = await steps.Person();
        await steps.AddPhone(mina, "phone-of-mina");
        var people = await steps.People(20, "Juno");
        var post = await steps.Publish(mina);
        await steps.Like(post, people[0]);
        await InboxSteps.Until(1, () => Task.FromResult(steps.DeliveredTo("phone-of-mina").Count));
        foreach (var person in people[1..])
            await steps.Like(post, person);
        await InboxSteps.Until(20, async () => (await steps.Inbox(mina)).Sum(line => line.Line.Count));
        await steps.UntilQuiet();
        Assert.Equal(["Juno likes your post."], steps.DeliveredTo("phone-of-mina"));
        var data = Assert.Single(steps.Google.Delivered).Message["data"]!;
        Assert.Equal("like", (string)data["kind"]!);
        Assert.Equal(post.ToString(), (string)data["postId"]!);
    }

    [Fact]
    public async Task What_is_undone_at_once_read_at_once_or_from_somebody_blocked_since_does_not_ring()
    {
        await using var steps = await InboxSteps.Start(pushDelay: "00:10:00");
        var people = await steps.People(4, "Mina");
        var juno = await steps.Person("Juno");
        for (var i = 0; i < people.Length; i++)
            await steps.AddPhone(people[i], $"phone-{i}");
        foreach (var person in people)
            await steps.Like(await steps.Publish(person), juno);
        foreach (var person in people)
            await InboxSteps.Until(1, () => steps.Unread(person));

        await steps.Unlike((await steps.Inbox(people[0]))[0].Line.Thing.Post!.Value, juno);
        await steps.Grain<IInboxGrain>(people[1]).Read((await steps.Inbox(people[1]))[0].Id);
        await steps.Database.ExecuteAsync($"INSERT INTO mutes VALUES ('{people[2]}', '{juno}', now())");
        await steps.Database.ExecuteAsync("UPDATE jobs SET due_at = now() WHERE kind = 'tell-of-line'");
        await steps.UntilQuiet();
        // The one of whom nothing of that is true is pushed to, so the others had their chance.
        Assert.Equal(["phone-3"], steps.Google.Delivered.Select(sent => sent.Device));
    }

    [Fact]
    public async Task While_the_service_is_down_things_wait_and_then_come_once_and_in_order()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        await steps.AddPhone(mina, "phone");
        var post = await steps.Publish(mina);
        steps.Google.Down = new ServiceFault.Answer(503, FcmServer.ErrorBody(503, "UNAVAILABLE", "UNAVAILABLE"), RetryAfter: "1");
        for (var i = 0; i < 10; i++)
        {
            await steps.Comment(post, juno, $"number {i}");
            await InboxSteps.Until(i + 1, () => steps.Database.ScalarAsync<long>("SELECT count(*) FROM push_queue"));
        }

        // Ten things to say are no ten knocks at a closed door: the first one waits, and the others behind it.
        var knocks = steps.Google.Received.Count(request => request.Path.EndsWith(":send", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"{knocks} requests while it was down");
        steps.Google.Down = null;
        await InboxSteps.Until(10, () => Task.FromResult(steps.DeliveredTo("phone").Count));
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => $"Juno commented on your post: “number {i}”"), steps.DeliveredTo("phone"));
        await InboxSteps.Until(0L, () => steps.Database.ScalarAsync<long>("SELECT count(*) FROM push_queue"));
    }

    [Fact]
    public async Task A_device_that_is_gone_is_forgotten_with_what_was_on_its_way()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        await steps.AddPhone(mina, "gone");
        await steps.Grain<IDevicesGrain>(mina).Put(new("tablet", PushPlatform.Fcm, "there"));
        steps.Google.Gone["gone"] = true;
        await steps.Like(await steps.Publish(mina), juno);
        await InboxSteps.Until(1, () => Task.FromResult(steps.DeliveredTo("there").Count));
        await InboxSteps.Until(1L, () => steps.Database.ScalarAsync<long>("SELECT count(*) FROM devices"));
        await InboxSteps.Until(0L, () => steps.Database.ScalarAsync<long>("SELECT count(*) FROM push_queue"));
        Assert.Equal("tablet", await steps.Database.ScalarAsync<string>("SELECT device_id FROM devices"));
    }

    [Fact]
    public async Task In_quiet_hours_nothing_rings_until_they_are_over()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        await steps.AddPhone(mina, "phone");
        var now = TimeOnly.FromDateTime(DateTime.UtcNow);
        await steps.Grain<IPreferencesGrain>(mina).Put(
            Preferences.Default(mina) with { QuietHours = new(now.AddHours(-2), now.AddHours(2), "UTC"), Version = -1 });
        await steps.Like(await steps.Publish(mina), juno);
        await InboxSteps.Until(true, () => steps.Database.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM jobs WHERE kind = 'tell-of-line' AND due_at BETWEEN now() + interval '110 minutes' AND now() + interval '130 minutes')"));
        Assert.Empty(steps.Google.Delivered);
        Assert.Equal(1, await steps.Unread(mina));
    }

    [Fact]
    public async Task Unwanted_pushes_are_not_sent_and_the_line_is_there_all_the_same()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, juno) = (await steps.Person(), await steps.Person("Juno"));
        await steps.AddPhone(mina, "phone");
        await steps.Grain<IPreferencesGrain>(mina).Put(
            Preferences.Default(mina).With(NotificationKind.Like, new(Inbox: true, Push: false, Mail: false)));
        var post = await steps.Publish(mina);
        await steps.Like(post, juno);
        await steps.Comment(post, juno, "hello");
        await InboxSteps.Until(1, () => Task.FromResult(steps.DeliveredTo("phone").Count));
        await steps.UntilQuiet();
        Assert.Equal(["Juno commented on your post: “hello”"], steps.DeliveredTo("phone"));
        Assert.Equal(2, await steps.Unread(mina));
    }

    [Fact]
    public async Task One_device_too_many_has_the_oldest_forgotten()
    {
        await using var steps = await InboxSteps.Start(settings: new KeyValuePair<string, string?>("StyleShare:Notifications:MaxDevices", "3"));
        var mina = await steps.Person();
        var devices = steps.Grain<IDevicesGrain>(mina);
        for (var i = 0; i < 4; i++)
        {
            await devices.Put(new($"device-{i}", PushPlatform.Fcm, $"token-{i}"));
            steps.Silo.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await devices.Put(new("device-1", PushPlatform.Fcm, "token-1"));
        steps.Silo.Time.Advance(TimeSpan.FromSeconds(1));
        await devices.Put(new("device-5", PushPlatform.Fcm, "token-5"));
        Assert.Equal("device-1,device-3,device-5", await steps.Database.ScalarAsync<string>(
            "SELECT string_agg(device_id, ',' ORDER BY device_id) FROM devices"));
    }

    [Fact]
    public async Task Two_people_who_bring_one_token_at_once_do_not_both_have_it()
    {
        await using var steps = await InboxSteps.Start();
        var people = await steps.People(8);
        await Task.WhenAll(people.Select(person => steps.AddPhone(person, "the-same")));
        Assert.Equal(1, await steps.Database.ScalarAsync<long>("SELECT count(*) FROM devices"));
    }

    [Fact]
    public async Task A_line_is_mailed_to_who_wants_that_until_one_click_ends_it()
    {
        await using var steps = await InboxSteps.Start();
        var (mina, lena, juno) = (await steps.Person(), await steps.Person("Lena"), await steps.Person("Juno"));
        foreach (var person in new[] { mina, lena })
        {
            var preferences = await steps.Grain<IPreferencesGrain>(person).Get();
            await steps.Grain<IPreferencesGrain>(person).Put(preferences.With(NotificationKind.Like, new(Inbox: true, Push: false, Mail: true)));
        }

        // Lena's address is not known to be hers.
        await steps.Grain<IUserGrain>(mina).ConfirmEmail(ClaimKeys.ForEmail($"{mina}@example.com"));
        foreach (var person in new[] { lena, mina })
            await steps.Like(await steps.Publish(person), juno);
        Assert.Contains("Juno likes your post.", await steps.Database.MailTo($"{mina}@example.com", "Juno"), StringComparison.Ordinal);
        await steps.UntilQuiet();
        Assert.Empty(await steps.Database.MailsTo($"{lena}@example.com", "Juno"));

        var link = await steps.Database.ScalarAsync<string>("SELECT message->>'unsubscribe' FROM dev_outbox WHERE message->>'unsubscribe' IS NOT NULL");
        Assert.Equal(mina, await steps.Service<UnsubscribeLinks>().Leave(link.Split('/')[^1]));
        await steps.Like(await steps.Publish(mina), juno);
        await InboxSteps.Until(2L, () => steps.Unread(mina));
        await steps.UntilQuiet();
        Assert.Single(await steps.Database.MailsTo($"{mina}@example.com", "Juno"));
    }
}
