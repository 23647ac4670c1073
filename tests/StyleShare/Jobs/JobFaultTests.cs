using System.Collections.Concurrent;
using StyleShare.Jobs;
using StyleShare.Testing;

namespace StyleShare.Tests.Jobs;

/// <summary>What becomes of jobs when silos or the database fail.</summary>
public sealed class JobFaultTests
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private readonly Ids _ids = new(TimeProvider.System);

    [Fact]
    public async Task Several_silos_do_each_job_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        var runs = new ConcurrentDictionary<int, int>();
        var silos = new ConcurrentDictionary<int, int>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<JobHost> Start(int silo) => JobHost.StartAsync(database.ConnectionString, JobHost.Kind(), (_, probe, ct) =>
        {
            runs.AddOrUpdate(probe.Number, 1, (_, n) => n + 1);
            silos.AddOrUpdate(silo, 1, (_, n) => n + 1);
            if (silos.Count == 3)
                all.TrySetResult();
            // Until all are at it, none gets on: a quick silo could do them all before the others are called.
            return all.Task.WaitAsync(ct);
        });
        await using var one = await Start(1);
        await using var two = await Start(2);
        await using var three = await Start(3);
        // All are enqueued at one silo, which calls the others.
        await Enqueue(one, 3_000);
        await one.Empty();
        Assert.Equal(3_000, runs.Count);
        Assert.All(runs.Values, n => Assert.Equal(1, n));
    }

    [Fact]
    public async Task Jobs_of_a_killed_silo_are_run_by_another_and_the_interrupted_try_counts()
    {
        await using var database = await TestDatabase.CreateAsync();
        var kind = JobHost.Kind() with { Concurrency = 5 };
        var begun = new SemaphoreSlim(0);
        var first = await JobHost.StartAsync(database.ConnectionString, kind, (_, _, ct) =>
        {
            begun.Release();
            return Task.Delay(Timeout.Infinite, ct);
        });
        await Enqueue(first, 8);
        for (var i = 0; i < 5; i++)
            Assert.True(await begun.WaitAsync(JobHost.Generous, _ct));
        await first.KillAsync();
        Assert.Equal(5, await database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE worker IS NOT NULL"));

        var tries = new ConcurrentBag<int>();
        await using (var second = await JobHost.StartAsync(
            database.ConnectionString,
            kind,
            (context, _, _) =>
            {
                tries.Add(context.Try);
                return Task.CompletedTask;
            },
            Quick))
        {
            await second.Empty();
            Assert.Equal([1, 1, 1, 2, 2, 2, 2, 2], tries.Order());
            await JobHost.Until(async () => await second.Count("SELECT count(*) FROM job_workers") == 1);
        }

        await first.DisposeAsync();
    }

    [Fact]
    public async Task A_job_that_takes_one_silo_after_the_other_down_is_given_up()
    {
        await using var database = await TestDatabase.CreateAsync();
        var kind = JobHost.Kind() with { Tries = 3, MaxBackoff = TimeSpan.Zero };
        await using (var first = await JobHost.StartAsync(database.ConnectionString, _ => { }))
            await first.Jobs.Enqueue(kind, new Probe(1), cancellation: _ct);
        for (var silo = 1; silo <= 3; silo++)
        {
            var begun = new TaskCompletionSource();
            var killed = await JobHost.StartAsync(
                database.ConnectionString,
                kind,
                (_, _, ct) =>
                {
                    begun.SetResult();
                    return Task.Delay(Timeout.Infinite, ct);
                },
                Quick);
            await begun.Task.WaitAsync(JobHost.Generous, _ct);
            await killed.KillAsync();
            await killed.DisposeAsync();
        }

        await using var last = await JobHost.StartAsync(database.ConnectionString, kind, (_, _, _) => Task.CompletedTask, Quick);
        await last.Empty();
        Assert.Equal(
            "interrupted: the silo that ran it died",
            await database.ScalarAsync<string>("SELECT error FROM dead_letters WHERE tries = 3 AND jsonb_array_length(history) = 3"));
    }

    [Fact]
    public async Task What_a_silo_does_after_it_was_taken_for_dead_does_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        var thaw = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var frozen = await JobHost.StartAsync(
            database.ConnectionString,
            JobHost.Kind(),
            async (_, _, _) =>
            {
                begun.TrySetResult();
                await thaw.Task;
            });
        var id = await frozen.Jobs.Enqueue(JobHost.Kind(), new Probe(1), cancellation: _ct);
        await begun.Task.WaitAsync(JobHost.Generous, _ct);

        // Another one takes it over, as of a silo that was not heard of.
        var again = new TaskCompletionSource();
        await database.ExecuteAsync($"UPDATE jobs SET worker = '{Guid.NewGuid()}' WHERE id = '{id}'");
        await using var other = await JobHost.StartAsync(
            database.ConnectionString, JobHost.Kind(), (_, _, _) => again.Task, Quick);
        await JobHost.Until(async () => (await other.Jobs.Find(id, _ct)) is { State: JobState.Running, Tries: 2 });

        // What becomes of its jobs is written before a silo has stopped.
        thaw.SetResult();
        await frozen.DisposeAsync();
        Assert.True(await other.Jobs.Find(id, _ct) is { State: JobState.Running, Tries: 2 });
        again.SetResult();
        await other.Empty();
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task Jobs_go_on_when_the_database_comes_back_and_none_is_lost()
    {
        await using var server = await PostgresServer.StartAsync();
        await using (var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionString))
            await StyleShare.Storage.Migrator.RunAsync(source, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, _ct);
        var runs = new ConcurrentDictionary<int, int>();
        await using var host = await JobHost.StartAsync(
            server.ConnectionString,
            JobHost.Kind() with { MaxBackoff = TimeSpan.Zero, Tries = int.MaxValue },
            async (_, probe, ct) =>
            {
                runs.AddOrUpdate(probe.Number, 1, (_, n) => n + 1);
                await Task.Delay(1, ct);
            });
        await Enqueue(host, 3_000);
        await JobHost.Until(() => Task.FromResult(runs.Count > 200));
        await server.TerminateAsync("styleshare-commit");
        await JobHost.Until(() => Task.FromResult(runs.Count > 600));
        await server.StopAsync();
        await server.StartAgainAsync();
        await JobHost.Until(() => Task.FromResult(runs.Count > 1_200));
        await server.KillAsync();
        await server.StartAgainAsync();
        await JobHost.Until(async () => await TryCount(host) == 0);
        Assert.Equal(3_000, runs.Count);
        var repeated = runs.Values.Sum(n => n - 1);
        TestContext.Current.TestOutputHelper!.WriteLine($"{repeated} of 3,000 jobs were run again.");
    }

    private static void Quick(JobOptions options) =>
        (options.Heartbeat, options.DeadAfter) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    private async Task Enqueue(JobHost host, int jobs)
    {
        foreach (var some in Enumerable.Range(0, jobs).Chunk(500))
        {
            await host.Commit(change =>
            {
                foreach (var number in some)
                    change.Enqueue(JobHost.Kind(), new Probe(number), _ids.Next());
            });
        }
    }

    private static async Task<long> TryCount(JobHost host)
    {
        try
        {
            return await host.Count("SELECT count(*) FROM jobs");
        }
        catch (Npgsql.NpgsqlException)
        {
            return -1;
        }
    }
}
