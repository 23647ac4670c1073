using System.Collections.Concurrent;
using System.Globalization;
using StyleShare.Jobs;
using StyleShare.Testing;

namespace StyleShare.Tests.Jobs;

/// <summary>At most one job of a kind and key lives, and what was asked for while it ran is done afterwards.</summary>
[Trait("Pooler", "transaction")]
public sealed class JobKeyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private readonly Ids _ids = new(TimeProvider.System);

    [Fact]
    public async Task What_waits_is_not_enqueued_twice_and_what_runs_is_run_once_more_with_the_new_payload()
    {
        var kind = JobHost.Kind("again");
        var steps = new SemaphoreSlim(0);
        var runs = new ConcurrentQueue<int>();
        await using var host = await JobHost.StartAsync(database.ConnectionString, kind, async (_, probe, ct) =>
        {
            runs.Enqueue(probe.Number);
            await steps.WaitAsync(ct);
        });
        var later = DateTimeOffset.UtcNow.AddDays(1);
        var id = await host.Jobs.Enqueue(kind, new Probe(1), "key", later, _ct);
        await host.Jobs.Enqueue(kind, new Probe(2), "key", cancellation: _ct);
        var waits = (await host.Jobs.FindByKey(kind, "key", _ct))!;
        Assert.Equal((id, JobState.Scheduled), (waits.Id, waits.State));
        await host.Execute($"UPDATE jobs SET due_at = now() WHERE id = '{id}'");
        await host.Reaches(id, JobState.Running);

        // Several in one group too.
        await Task.WhenAll(Enumerable.Range(3, 5).Select(n => host.Jobs.Enqueue(kind, new Probe(3), "key", cancellation: _ct)));
        Assert.Equal(1, await host.Count("SELECT count(*) FROM jobs WHERE kind = 'again'"));
        steps.Release();
        await JobHost.Until(() => Task.FromResult(runs.Count == 2));
        await host.Jobs.Enqueue(kind, new Probe(4), "other", cancellation: _ct);
        steps.Release(2);
        await JobHost.Until(async () => await host.Count("SELECT count(*) FROM jobs WHERE kind = 'again'") == 0);
        Assert.Equal([1, 3, 4], runs);
    }

    [Fact]
    public async Task What_was_asked_for_again_is_done_even_if_the_job_before_it_is_given_up()
    {
        var kind = JobHost.Kind("again-dead");
        var steps = new SemaphoreSlim(0);
        var runs = new ConcurrentQueue<int>();
        await using var host = await JobHost.StartAsync(database.ConnectionString, kind, async (_, probe, ct) =>
        {
            runs.Enqueue(probe.Number);
            await steps.WaitAsync(ct);
            if (probe.Number == 1)
                throw new JobRefused("no");
        });
        var id = await host.Jobs.Enqueue(kind, new Probe(1), "key", cancellation: _ct);
        await host.Reaches(id, JobState.Running);
        await host.Jobs.Enqueue(kind, new Probe(2), "key", cancellation: _ct);
        steps.Release(2);
        await JobHost.Until(async () => await host.Count("SELECT count(*) FROM jobs WHERE kind = 'again-dead'") == 0);
        Assert.Equal([1, 2], runs);
        Assert.Equal("1", await Text($"SELECT payload ->> 'Number' FROM dead_letters WHERE id = '{id}'"));
    }

    [Fact]
    public async Task However_it_is_enqueued_no_two_of_a_key_run_at_once_and_the_last_wish_is_seen()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        const int Keys = 5, Wishes = 300;
        var kind = JobHost.Kind("random") with { MaxBackoff = TimeSpan.Zero, Tries = int.MaxValue };
        var running = new int[Keys];
        var wished = new int[Keys];
        var seen = new int[Keys];
        var together = 0;
        var chance = new Random(seed);
        async Task Handle(JobContext context, Probe probe, CancellationToken ct)
        {
            var key = int.Parse(context.Key!, CultureInfo.InvariantCulture);
            if (Interlocked.Increment(ref running[key]) > 1)
                Interlocked.Increment(ref together);
            int pause;
            lock (chance)
                pause = chance.Next(4);
            // What was committed before this run began is what it finds.
            var found = Volatile.Read(ref wished[key]);
            await Task.Delay(pause, CancellationToken.None);
            Interlocked.Decrement(ref running[key]);
            if (pause == 3)
                throw new IOException("again");
            Volatile.Write(ref seen[key], found);
        }

        await using var one = await JobHost.StartAsync(database.ConnectionString, kind, Handle);
        await using var two = await JobHost.StartAsync(database.ConnectionString, kind, Handle);
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(async key =>
        {
            var random = new Random(seed + key + 1);
            for (var wish = 1; wish <= Wishes; wish++)
            {
                Volatile.Write(ref wished[key], wish);
                var host = random.Next(2) == 0 ? one : two;
                await host.Commit(change => change.Enqueue(
                    kind, new Probe(wish), _ids.Next(), key.ToString(CultureInfo.InvariantCulture)));
                if (random.Next(3) == 0)
                    await Task.Delay(random.Next(5), _ct);
            }
        }));
        await JobHost.Until(async () => await one.Count("SELECT count(*) FROM jobs WHERE kind = 'random'") == 0);
        Assert.Equal(0, together);
        Assert.All(seen, last => Assert.Equal(Wishes, last));
    }

    private Task<string> Text(string sql) => database.ScalarAsync<string>(sql);
}
