using Microsoft.Extensions.DependencyInjection;
using StyleShare.Backups;
using StyleShare.Testing;
using StyleShare.Tests.Reminders;

namespace StyleShare.Tests.Backups;

public sealed class DailyBackupTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_silo_makes_a_backup_when_its_reminder_says_so()
    {
        await using var silo = await StyleShareCluster.StartAsync(
            database, [new("StyleShare:Backups:Enabled", "true"), new("StyleShare:Backups:At", "04:30:00")]);
        var schedule = silo.Grains.GetGrain<IBackupScheduleGrain>(0);
        await schedule.Schedule();
        await schedule.Schedule();
        Assert.Equal("daily 04:30:00", await database.ScalarAsync<string>(
            "SELECT string_agg(remindername, ',') FROM orleansreminderstable WHERE remindername LIKE 'daily %'"));
        Assert.Equal(TimeSpan.FromDays(1), TimeSpan.FromMilliseconds(await database.ScalarAsync<long>(
            "SELECT period FROM orleansreminderstable WHERE remindername LIKE 'daily %'")));
        await schedule.AsReference<IRemindable>().ReceiveReminder("daily 04:30:00", default);
        var store = silo.Services.GetRequiredService<BackupStore>();
        await Alarms.Until(async () => (await store.List(CancellationToken.None)).Count > 0, "a backup");
    }

    [Theory]
    [InlineData("2026-11-22T03:59:00Z", 1)]
    [InlineData("2026-11-22T04:00:00Z", 24 * 60)]
    [InlineData("2026-11-22T04:01:00Z", 24 * 60 - 1)]
    [InlineData("2026-11-22T13:00:00+09:00", 24 * 60)]
    public void The_next_one_is_at_the_next_time_of_day_in_UTC(string now, int minutes) =>
        Assert.Equal(
            TimeSpan.FromMinutes(minutes),
            BackupScheduleGrain.UntilNext(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(4)));
}
