using Microsoft.Extensions.DependencyInjection;
using StyleShare.Storage;
using StyleShare.Tests.Requests;

namespace StyleShare.Tests.Storage;

[Trait("Pooler", "transaction")]
public sealed class RetentionTests(RequestSilo silo) : IClassFixture<RequestSilo>
{
    [Fact]
    public async Task Answers_older_than_a_day_and_markers_of_killed_silos_are_deleted_and_younger_ones_kept()
    {
        await silo.Database.ExecuteAsync(
            """
            INSERT INTO idempotent_requests (id, answer, created_at)
            SELECT 'old ' || n, ''::bytea, now() - interval '25 hours' FROM generate_series(1, 2500) n
            UNION ALL SELECT 'young ' || n, ''::bytea, now() - interval '23 hours' FROM generate_series(1, 10) n;
            INSERT INTO commit_groups (lane, sequence, committed_at)
            SELECT gen_random_uuid(), n, now() - interval '25 hours' FROM generate_series(1, 1500) n
            """);
        var silos = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Run()));
        Assert.Equal(4000, silos.Sum());
        Assert.Equal(10, await silo.Database.ScalarAsync<long>("SELECT count(*) FROM idempotent_requests"));
        Assert.Equal(0, await silo.Database.ScalarAsync<long>(
            "SELECT count(*) FROM commit_groups WHERE committed_at < now() - interval '1 day'"));
    }

    private Task<long> Run() => silo.Cluster.Services.GetRequiredService<Retention>().RunOnceAsync(CancellationToken.None);
}
