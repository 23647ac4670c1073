using StyleShare.Sweeps;
using StyleShare.Testing;
using StyleShare.Tests.Reminders;

namespace StyleShare.Tests.Accounts;

public sealed class EndedSessionsTests
{
    [Fact]
    public async Task Sessions_that_ended_more_than_a_day_ago_are_deleted_once_an_hour()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var silo = await StyleShareCluster.StartAsync(database);
        await database.ExecuteAsync(
            """
            INSERT INTO sessions (id, user_id, generation, secret_hash, created_at, expires_at, version)
            SELECT gen_random_uuid(), gen_random_uuid(), 1, ''::bytea, now(), now() - interval '2 days', 1 FROM generate_series(1, 2500)
            UNION ALL SELECT gen_random_uuid(), gen_random_uuid(), 1, ''::bytea, now(), now() - interval '20 hours', 1 FROM generate_series(1, 10)
            """);
        var grain = silo.Grains.GetGrain<ISweepGrain>("ended-sessions/0");
        await Alarms.Until(async () => (await grain.State()).Every == TimeSpan.FromHours(1), "the sweep to be registered");
        Assert.Equal(2_510, await database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        silo.Time.Advance(TimeSpan.FromHours(1));
        await Alarms.Until(async () => (await grain.State()).DoneAt is not null, "the sweep");
        Assert.Equal(10, await database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        Assert.Equal(2_500, (await grain.State()).Handled);
    }
}
