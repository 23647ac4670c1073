using Npgsql;
using Orleans.Placement;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

public interface IQueryGrain : IGrainWithIntegerKey
{
    Task<string> Run(string sql);

    Task<string> Where();
}

[RandomPlacement]
public sealed class QueryGrain(NpgsqlDataSource database) : Grain, IQueryGrain
{
    public async Task<string> Run(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync()}";
    }

    public Task<string> Where() => Task.FromResult(RuntimeIdentity);
}

public sealed class PostgresErrorsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("SELECT pg_terminate_backend(pg_backend_pid())", true)]
    [InlineData("DO $$ BEGIN RAISE SQLSTATE '57P03'; END $$", true)]
    [InlineData("DO $$ BEGIN RAISE SQLSTATE '53300'; END $$", true)]
    [InlineData("SELECT 1 / 0", false)]
    [InlineData("SELECT nothing", false)]
    public async Task That_the_database_is_away_is_seen_whichever_silo_says_so(string sql, bool isAway)
    {
        await using var cluster = await StyleShareCluster.StartAsync(database, silos: 2);
        var grains = Enumerable.Range(0, 24).Select(n => cluster.Grains.GetGrain<IQueryGrain>(n)).ToList();
        Assert.Equal(2, (await Task.WhenAll(grains.Select(grain => grain.Where()))).Distinct().Count());
        foreach (var grain in grains)
            Assert.Equal(isAway, PostgresErrors.IsAway(await Assert.ThrowsAnyAsync<Exception>(() => grain.Run(sql))));
    }
}
