using System.Globalization;
using Npgsql;
using StyleShare.Jobs;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Jobs;

/// <summary>What is done every second, and for every job, costs the same however many jobs wait.</summary>
public sealed class JobPlanTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int MostPages = 300;

    [Fact]
    public async Task Claims_and_upkeep_touch_as_few_pages_with_a_million_waiting_jobs()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await Fill(connection, "due", 500_000, "now() - interval '1 day'");
        await Fill(connection, "later", 500_000, "now() + interval '1 day'");
        await Execute(connection, JobClaims.Settings.ForSession);
        await Execute(connection, $"PREPARE claim (uuid, text[], int[], timestamptz[]) AS {JobClaims.Claim}");
        await Execute(connection, $"PREPARE take_over (uuid, interval, int) AS {JobWorkers.TakeOverSql}");
        var worker = Guid.NewGuid();

        var few = await Explain(connection, Claim("due", 10));
        Assert.InRange(few.Pages, 1, MostPages);
        Assert.Contains("jobs_waiting", few.Plan, StringComparison.Ordinal);
        Assert.InRange((await Explain(connection, Claim("later", 10))).Pages, 1, 20);
        Assert.InRange((await Explain(connection, Claim("nobody", 10))).Pages, 1, 20);

        // Those of 10 workers that nobody knows any more.
        for (var i = 0; i < 10; i++)
            await Execute(connection, Claim("due", 10));
        var taken = await Explain(connection, $"EXECUTE take_over ('{worker}', '1 second', 20)");
        Assert.InRange(taken.Pages, 1, 3 * MostPages);
        Assert.Equal(20, await database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE worker = '{worker}'"));

        static string Claim(string kind, int jobs) => string.Create(
            CultureInfo.InvariantCulture,
            $"EXECUTE claim ('{Guid.NewGuid()}', '{{{kind}}}', '{{{jobs}}}', '{{1970-01-01}}')");
    }

    [Fact]
    public async Task What_became_of_jobs_is_written_by_their_ids_however_many_the_worker_has()
    {
        const int Held = 3_000, Ended = 500;
        var worker = Guid.NewGuid();
        await using var connection = await database.Source.OpenConnectionAsync();
        await Fill(connection, "held", Held, "now()");
        await Fill(connection, "waits", 100_000, "now()");

        // Statistics are of a time at which nothing ran, as they are when a worker begins.
        await Execute(connection, "VACUUM ANALYZE jobs");
        await Execute(connection, $"UPDATE jobs SET worker = '{worker}', tries = 1 WHERE kind = 'held'");
        await Execute(connection, LaneConnection.Settings.ForSession);
        var kind = JobHost.Kind("held");
        var runs = new List<JobRun>();
        await using (var ids = new NpgsqlCommand($"SELECT id FROM jobs WHERE kind = 'held' LIMIT {Ended}", connection))
        await using (var reader = await ids.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                runs.Add(new JobRun(reader.GetGuid(0), kind, runs.Count % 2 == 0 ? "k" : null, "{}", 1, worker, null));
        }

        JobVerdict[] verdicts = [JobVerdict.Done, JobVerdict.Retry, JobVerdict.Dead];
        var group = new CommitGroup();
        group.Add(JobTable.Write([.. runs.Select((run, i) => new JobResult(run, verdicts[i / 2 % 3], i / 2 % 3 == 0 ? null : "error"))]));
        foreach (var execution in group.Executions)
        {
            // What the lanes use is planned without knowing the arrays.
            Assert.DoesNotContain("jobs_running", await GenericPlan(connection, execution.Command), StringComparison.Ordinal);
            var parameters = execution.Command.Parameters.Select(parameter => parameter.Clone()).ToArray();
            var (pages, plan) = await Explain(connection, execution.Command.CommandText, parameters);
            Assert.True(pages < 40 * Ended, $"{execution.Statement.Name} touches {pages} pages:\n{plan}");
        }

        Assert.Equal(9, group.Executions.Count);
        Assert.Equal(Held - Ended, await database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE worker = '{worker}'"));
    }

    private static Task Fill(NpgsqlConnection connection, string kind, int jobs, string due) => Execute(
        connection,
        $$"""
        INSERT INTO jobs (id, kind, payload, due_at)
        SELECT gen_random_uuid(), '{{kind}}', '{}', {{due}} + n * interval '1 millisecond' FROM generate_series(1, {{jobs}}) n
        """);

    private static async Task<(int Pages, string Plan)> Explain(
        NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", connection);
        command.Parameters.AddRange(parameters);
        var plan = await command.ReadPlanAsync();
        Assert.DoesNotContain("Seq Scan on jobs", plan, StringComparison.Ordinal);
        return (Plans.PagesOf(plan), plan);
    }

    private static async Task<string> GenericPlan(NpgsqlConnection connection, NpgsqlBatchCommand planned)
    {
        await Execute(connection, $"PREPARE planned AS {planned.CommandText}");
        var nulls = string.Join(", ", planned.Parameters.Select(_ => "NULL"));
        await using var command = new NpgsqlCommand($"EXPLAIN (COSTS OFF) EXECUTE planned ({nulls})", connection);
        var plan = await command.ReadPlanAsync();
        await Execute(connection, "DEALLOCATE planned");
        return plan;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
