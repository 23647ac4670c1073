using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.Digests;
using StyleShare.Mail;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Testing;
using StyleShare.Tests.Accounts;
using StyleShare.Tests.Mail;

namespace StyleShare.Tests.Digests;

public sealed class DigestTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    [Theory]
    [InlineData("2030-01-01T22:59:00Z", null, false)]
    [InlineData("2030-01-01T23:00:00Z", null, true)]
    [InlineData("2030-01-02T02:59:00Z", null, true)]
    [InlineData("2030-01-02T03:00:00Z", null, false)]
    [InlineData("2030-01-01T23:30:00Z", "2030-01-01T23:05:00Z", false)]
    [InlineData("2030-01-02T23:00:00Z", "2030-01-02T02:00:00Z", true)]
    public void A_digest_is_due_once_in_the_morning_where_the_person_is(string now, string? last, bool due) => Assert.Equal(
        due,
        Digest.IsDue(DateTimeOffset.Parse(now), Seoul, last is null ? null : DateTimeOffset.Parse(last)));

    [Fact]
    public void Where_a_person_is_is_said_by_their_quiet_hours_or_else_by_their_language()
    {
        Assert.Equal("America/New_York", Digest.ZoneOf("America/New_York", "ko").Id);
        Assert.Equal("Asia/Seoul", Digest.ZoneOf(null, "ko").Id);
        Assert.Equal(TimeSpan.Zero, Digest.ZoneOf(null, "en").BaseUtcOffset);
        Assert.Equal(TimeZoneInfo.Utc, Digest.ZoneOf("Nowhere/Land", "ko"));
    }

    [Fact]
    public async Task What_nobody_read_is_mailed_once_a_morning_until_one_click_ends_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var silo = await StyleShareCluster.StartAsync(database);
        silo.Time.Set(new DateTimeOffset(2030, 1, 1, 9, 0, 0, TimeSpan.Zero));
        var mina = (await silo.SignUp("mina", "mina@example.com")).User.Id;
        var juno = (await silo.SignUp("juno", displayName: "Juno <b>")).User.Id;
        await silo.Grains.GetGrain<IFollowingGrain>(juno).Follow(mina);
        await Until(async () => (await silo.Grains.GetGrain<IInboxGrain>(mina).State()).Unread == 1);

        // Only to an address that is known to be hers.
        await Sweep(silo, database);
        Assert.Empty(await database.MailsTo("mina@example.com", "Juno"));
        await silo.Grains.GetGrain<IUserGrain>(mina).ConfirmEmail(ClaimKeys.ForEmail("mina@example.com"));

        await Sweep(silo, database);
        Assert.Contains("Juno <b> follows you.", await database.MailTo("mina@example.com", "Juno"), StringComparison.Ordinal);
        var html = await database.ScalarAsync<string>("SELECT message->>'html' FROM dev_outbox WHERE address = 'mina@example.com' ORDER BY seq DESC LIMIT 1");
        Assert.Contains("Juno &lt;b&gt; follows you.", html, StringComparison.Ordinal);

        // Not twice a day, and not again what was in it.
        await Sweep(silo, database);
        silo.Time.Advance(TimeSpan.FromDays(1));
        await Sweep(silo, database);
        Assert.Single(await database.MailsTo("mina@example.com", "Juno"));

        // One click.
        var link = await database.ScalarAsync<string>("SELECT message->>'unsubscribe' FROM dev_outbox WHERE message->>'unsubscribe' IS NOT NULL LIMIT 1");
        var left = await silo.Services.GetRequiredService<UnsubscribeLinks>().Leave(link.Split('/')[^1]);
        Assert.Equal(mina, left);
        Assert.False((await silo.Grains.GetGrain<IPreferencesGrain>(mina).Get()).Digest);
        Assert.Null(await silo.Services.GetRequiredService<UnsubscribeLinks>().Leave("forged"));
        var kim = (await silo.SignUp("kim")).User.Id;
        await silo.Grains.GetGrain<IFollowingGrain>(kim).Follow(mina);
        await Until(async () => (await silo.Grains.GetGrain<IInboxGrain>(mina).State()).Unread >= 1);
        await Sweep(silo, database);
        Assert.Single(await database.MailsTo("mina@example.com", "follow"));
    }

    private static async Task Sweep(StyleShareCluster silo, TestDatabase database)
    {
        var sweep = ActivatorUtilities.CreateInstance<DigestSweep>(silo.Services);
        for (string? cursor = null; (await sweep.Step(0, cursor, CancellationToken.None)).Cursor is { } next;)
            cursor = next;
        await database.NoJobs("digest");
        await database.NoJobs("mail");
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await condition())
                return;
            await Task.Delay(50);
        }

        Assert.Fail("It did not come to be.");
    }
}
