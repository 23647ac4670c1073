using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using StyleShare.Jobs;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Jobs;

[Trait("Pooler", "transaction")]
public sealed class JobTests : IAsyncLifetime
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private readonly Ids _ids = new(TimeProvider.System);
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_job_is_done_if_and_only_if_the_change_with_it_is_committed()
    {
        var done = new ConcurrentBag<int>();
        await using var host = await Start(JobHost.Kind(), (_, probe, _) => Add(done, probe.Number));
        await host.Commit(change => change.Enqueue(JobHost.Kind(), new Probe(1), _ids.Next()));
        await Assert.ThrowsAsync<InconsistentStateException>(() => host.Commit(change =>
        {
            change.Enqueue(JobHost.Kind(), new Probe(2), _ids.Next());
            change.Add(NeverThere, Guid.NewGuid());
        }));
        await host.Jobs.Enqueue(JobHost.Kind(), new Probe(3), cancellation: _ct);
        await host.Empty();
        Assert.Equal([1, 3], done.Order());
    }

    [Fact]
    public async Task A_job_goes_through_its_states_and_tells_its_progress()
    {
        var kind = JobHost.Kind() with { KeepDone = TimeSpan.FromHours(1) };
        var steps = new SemaphoreSlim(0);
        await using var host = await Start(kind, async (context, _, ct) =>
        {
            await context.Report(40, "half way");
            await steps.WaitAsync(ct);
            if (context.Try == 1)
                throw new RetryLater(TimeSpan.FromHours(1), "not yet");
        });
        var id = await host.Jobs.Enqueue(kind, new Probe(1), notBefore: DateTimeOffset.UtcNow.AddDays(1), cancellation: _ct);
        var waits = await host.Reaches(id, JobState.Scheduled);
        Assert.Equal((0, null, null), (waits.Tries, waits.Key, waits.Error));
        await Make(id, "due_at = now()");
        await JobHost.Until(async () => (await host.Reaches(id, JobState.Running)).Percent == 40);
        steps.Release();
        var failed = await host.Reaches(id, JobState.Retrying);
        Assert.Equal((1, "not yet"), (failed.Tries, failed.Error));
        Assert.True(failed.DueAt > DateTimeOffset.UtcNow.AddMinutes(50));
        await Make(id, "due_at = now()");
        steps.Release();
        var done = await host.Reaches(id, JobState.Done);
        Assert.Equal((100, "half way", 2), (done.Percent, done.Note, done.Tries));
        Assert.Null(await host.Jobs.Find(Guid.NewGuid(), _ct));
    }

    [Fact]
    public async Task After_its_last_try_a_job_is_a_dead_letter_with_error_and_history()
    {
        var kind = JobHost.Kind() with { Tries = 3, MaxBackoff = TimeSpan.Zero };
        await using var host = await Start(kind, (context, probe, _) => throw new IOException($"{probe.Text} \0 {context.Try}"));
        var id = await host.Jobs.Enqueue(kind, new Probe(1, "cut"), key: "k", cancellation: _ct);
        var dead = await host.Reaches(id, JobState.Dead);
        Assert.Equal((3, "IOException: cut  3"), (dead.Tries, dead.Error));
        Assert.Equal(3, await host.Count($"SELECT jsonb_array_length(history)::bigint FROM dead_letters WHERE id = '{id}' AND key = 'k'"));
        await host.Empty();
    }

    [Fact]
    public async Task A_job_that_will_never_go_well_is_dead_at_once_and_so_is_one_that_cannot_be_read()
    {
        await using var host = await Start(JobHost.Kind(), (_, _, _) => throw new JobRefused("no such address"));
        var refused = await host.Jobs.Enqueue(JobHost.Kind(), new Probe(1), cancellation: _ct);
        Assert.Equal((1, "no such address"), Of(await host.Reaches(refused, JobState.Dead)));
        var strange = _ids.Next();
        await host.Execute($"""INSERT INTO jobs (id, kind, payload, due_at) VALUES ('{strange}', 'probe', '["?"]', now())""");
        Assert.StartsWith("The payload cannot be read", (await host.Reaches(strange, JobState.Dead)).Error, StringComparison.Ordinal);

        static (int Tries, string? Error) Of(JobStatus status) => (status.Tries, status.Error);
    }

    [Fact]
    public async Task A_quota_does_not_bring_a_job_nearer_to_its_last_try()
    {
        var kind = JobHost.Kind() with { Tries = 1 };
        var runs = 0;
        await using var host = await Start(kind, (context, _, _) =>
        {
            Assert.Equal(1, context.Try);
            return Interlocked.Increment(ref runs) < 4
                ? throw new RetryLater(TimeSpan.Zero, "quota", countsAsTry: false)
                : Task.CompletedTask;
        });
        await host.Jobs.Enqueue(kind, new Probe(1), cancellation: _ct);
        await host.Empty();
        Assert.Equal(4, runs);
        Assert.Equal(0, await host.Count("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task At_its_time_limit_a_try_has_failed_whether_its_handler_listens_or_not()
    {
        var kind = JobHost.Kind() with { Tries = 1, TimeLimit = TimeSpan.FromMilliseconds(50) };
        var deaf = new TaskCompletionSource();
        await using var host = await JobHost.StartAsync(
            _database.ConnectionString,
            kind,
            (_, probe, ct) => probe.Number == 1 ? Task.Delay(Timeout.Infinite, ct) : deaf.Task,
            options => options.CancelGrace = TimeSpan.FromMilliseconds(50));
        foreach (var number in (int[])[1, 2])
        {
            var id = await host.Jobs.Enqueue(kind, new Probe(number), cancellation: _ct);
            Assert.Equal("time limit of 00:00:00.0500000 exceeded", (await host.Reaches(id, JobState.Dead)).Error);
        }

        // What the deaf one does in the end changes nothing.
        deaf.SetResult();
        await host.Empty();
        Assert.Equal(2, await host.Count("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task No_more_run_at_once_than_the_kind_says_and_a_full_kind_holds_up_no_other()
    {
        var slow = JobHost.Kind("slow") with { Concurrency = 3 };
        var quick = JobHost.Kind("quick");
        var open = new TaskCompletionSource();
        var (running, most, quickly) = (0, 0, 0);
        await using var host = await JobHost.StartAsync(_database.ConnectionString, services =>
        {
            services.AddSingleton(new ProbeHandler(async (_, _, ct) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await open.Task.WaitAsync(ct);
                Interlocked.Decrement(ref running);
            }));
            services.AddSingleton(new OtherHandler((_, _, _) => Task.FromResult(Interlocked.Increment(ref quickly))));
            services.AddJob<Probe, ProbeHandler>(slow);
            services.AddJob<Probe, OtherHandler>(quick);
        });
        await host.Commit(change =>
        {
            for (var i = 0; i < 20; i++)
                change.Enqueue(slow, new Probe(i), _ids.Next());
        });
        await JobHost.Until(() => Task.FromResult(Volatile.Read(ref running) == 3));
        await host.Commit(change =>
        {
            for (var i = 0; i < 200; i++)
                change.Enqueue(quick, new Probe(i), _ids.Next());
        });
        await JobHost.Until(() => Task.FromResult(Volatile.Read(ref quickly) == 200));
        Assert.Equal(3, await host.Count("SELECT count(*) FROM jobs WHERE worker IS NOT NULL AND kind = 'slow'"));
        open.SetResult();
        await host.Empty();
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_job_that_completes_with_a_change_takes_effect_once()
    {
        await _database.ExecuteAsync("CREATE TABLE effects (id uuid NOT NULL)");
        var effect = new Statement<Guid>(
            "effect", "INSERT INTO effects SELECT id FROM rows", Expect.EveryRow, Column.Uuid<Guid>("id", id => id));
        var kind = JobHost.Kind() with { MaxBackoff = TimeSpan.Zero, KeepDone = TimeSpan.FromHours(1) };
        JobHost? host = null;
        await using (host = await Start(kind, async (context, probe, _) =>
        {
            var change = new Change();
            change.Add(effect, context.Id);
            context.CompleteWith(change);
            if (probe.Number == 1 && context.Try == 1)
                return;
            if (probe.Number == 2 && context.Try == 1)
            {
                // As if this worker had been taken for dead, and another one were at it.
                await host!.Execute($"UPDATE jobs SET worker = '{Guid.NewGuid()}' WHERE id = '{context.Id}'");
                var stale = await Assert.ThrowsAsync<InconsistentStateException>(() => host.Committer.Commit(change));
                await host.Execute($"UPDATE jobs SET worker = NULL, due_at = now() WHERE id = '{context.Id}'");
                throw stale;
            }

            await host!.Committer.Commit(change);
            if (probe.Number == 3)
                throw new IOException("after it was done");
        }))
        {
            var ids = new List<Guid>();
            for (var number = 0; number < 4; number++)
            {
                ids.Add(await host.Jobs.Enqueue(kind, new Probe(number), key: number % 2 == 0 ? null : $"k{number}", cancellation: _ct));
                ids.Add(await host.Jobs.Enqueue(kind, new Probe(number), key: number % 2 == 1 ? null : $"k{number}", cancellation: _ct));
            }

            foreach (var id in ids)
                await host.Reaches(id, JobState.Done);
            await host.Empty();
            Assert.Equal(8, await host.Count("SELECT count(*) FROM effects"));
            Assert.Equal(8, await host.Count("SELECT count(DISTINCT id) FROM effects"));
        }
    }

    [Fact]
    public async Task At_a_stop_jobs_that_are_not_done_go_back_uncounted()
    {
        var kind = JobHost.Kind() with { Concurrency = 2 };
        var begun = new SemaphoreSlim(0);
        await using (var host = await JobHost.StartAsync(
            _database.ConnectionString,
            kind,
            (_, probe, ct) =>
            {
                begun.Release();
                return probe.Number == 0 ? new TaskCompletionSource().Task : Task.Delay(Timeout.Infinite, ct);
            },
            options => (options.StopGrace, options.StopCancelGrace) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(100))))
        {
            for (var i = 0; i < 5; i++)
                await host.Jobs.Enqueue(kind, new Probe(i), cancellation: _ct);
            Assert.True(await begun.WaitAsync(JobHost.Generous, _ct));
            Assert.True(await begun.WaitAsync(JobHost.Generous, _ct));
        }

        Assert.Equal(5, await _database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE worker IS NULL AND tries = 0 AND due_at <= now()"));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM job_workers"));
        var done = new ConcurrentBag<int>();
        await using var next = await Start(kind, (_, probe, _) => Add(done, probe.Number));
        await next.Empty();
        Assert.Equal([0, 1, 2, 3, 4], done.Order());
    }

    private static readonly Statement<Guid> NeverThere = new(
        "never_there", "UPDATE jobs SET note = '' FROM rows WHERE jobs.id = rows.id", Expect.EveryRow, Column.Uuid<Guid>("id", id => id));

    private static Task Add(ConcurrentBag<int> bag, int number)
    {
        bag.Add(number);
        return Task.CompletedTask;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private Task<JobHost> Start(JobKind<Probe> kind, Func<JobContext, Probe, CancellationToken, Task> run) =>
        JobHost.StartAsync(_database.ConnectionString, kind, run);

    private Task Make(Guid id, string set) => _database.ExecuteAsync($"UPDATE jobs SET {set} WHERE id = '{id}'");
}
