using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams.Core;
using StyleShare.Storage;
using StyleShare.Streams;
using StyleShare.Testing;

namespace StyleShare.Benchmarks.Streams;

/// <summary>Durable streams: from the commit of an event to the grain that consumes it.</summary>
internal static class StreamBenchmark
{
    private const int Streams = 1_000;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Events on an idle system (1,000), seconds under load (5).</param>
    public static async Task RunAsync(string[] arguments)
    {
        var idle = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 5;
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        await using var database = await TestDatabase.OnAsync(server);
        await using (var silo = await StyleShareCluster.StartAsync(database))
        {
            await LatencyAsync("commit to delivery, one silo, idle", silo, silo, idle);
            await LoadAsync(silo, database, TimeSpan.FromSeconds(seconds));
            await using var other = await StyleShareCluster.StartAsync(database);
            await Eventually(async () => await database.ScalarAsync<long>("SELECT count(DISTINCT owner) FROM stream_leases WHERE until > now()") == 2);
            await LatencyAsync("commit to delivery, two silos (half by NOTIFY)", silo, other, idle);
        }

        await CommitsAsync(database, TimeSpan.FromSeconds(seconds));
        await DelayedAsync(database);
    }

    /// <summary>One event at a time: how long from the end of its commit until the consumer has it.</summary>
    private static async Task LatencyAsync(string name, StyleShareCluster raising, StyleShareCluster handling, int events)
    {
        ArgumentNullException.ThrowIfNull(handling);
        var committer = raising.Services.GetRequiredService<ICommitter>();
        List<double> milliseconds = [];
        for (var i = 0; i < events + 50; i++)
        {
            var came = BenchConsumerGrain.Next();
            await committer.Commit(Raised(i % Streams));
            var committed = Stopwatch.GetTimestamp();
            var at = await came;

            // The first ones warm up.
            if (i >= 50)
                milliseconds.Add(Math.Max(0, Stopwatch.GetElapsedTime(committed, at).TotalMilliseconds));
        }

        milliseconds.Sort();
        Console.WriteLine(
            $"{name,-48} median {milliseconds[milliseconds.Count / 2]:n2} ms, p99 {milliseconds[milliseconds.Count * 99 / 100]:n2} ms");
    }

    /// <summary>256 callers raise as fast as they can; all is delivered and acknowledged.</summary>
    private static async Task LoadAsync(StyleShareCluster silo, TestDatabase database, TimeSpan duration)
    {
        var committer = silo.Services.GetRequiredService<ICommitter>();
        var before = BenchConsumerGrain.Count;
        var started = Stopwatch.GetTimestamp();
        long raised = 0;
        await Task.WhenAll(Enumerable.Range(0, 256).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; Stopwatch.GetElapsedTime(started) < duration; i += 256)
            {
                await committer.Commit(Raised(i % Streams));
                Interlocked.Increment(ref raised);
            }
        })));
        var raising = Stopwatch.GetElapsedTime(started);
        await Eventually(() => Task.FromResult(BenchConsumerGrain.Count - before >= raised));
        var delivering = Stopwatch.GetElapsedTime(started);
        await Eventually(async () => await database.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0);
        Console.WriteLine(
            $"{"raised and delivered, 256 callers, 1,000 streams",-48} {raised / raising.TotalSeconds,10:n0}/s raised, {raised / delivering.TotalSeconds,10:n0}/s to the last one delivered");
    }

    /// <summary>What NOTIFY in the committing transaction would cost, which is why it is not there.</summary>
    private static async Task CommitsAsync(TestDatabase database, TimeSpan duration)
    {
        var notify = new Statement<int>(
            "bench_notify",
            "INSERT INTO bench_notified SELECT rows.n FROM rows WHERE pg_notify('bench', '')::text = 'never'",
            Expect.Any,
            Column.Integer<int>("n", n => n));
        await database.ExecuteAsync("CREATE TABLE bench_notified (n bigint)");
        await using var storage = await TestStorage.StartAsync(database.ConnectionString);
        foreach (var (name, notifies) in new[] { ("commits of one event, as it is", false), ("the same with NOTIFY in each transaction", true) })
        {
            var started = Stopwatch.GetTimestamp();
            long commits = 0;
            await Task.WhenAll(Enumerable.Range(0, 256).Select(caller => Task.Run(async () =>
            {
                while (Stopwatch.GetElapsedTime(started) < duration)
                {
                    var change = Raised(caller);
                    if (notifies)
                        change.Add(notify, caller);
                    await storage.Committer.Commit(change);
                    Interlocked.Increment(ref commits);
                }
            })));
            Console.WriteLine($"{name,-48} {commits / Stopwatch.GetElapsedTime(started).TotalSeconds,10:n0}/s");
        }

        await database.ExecuteAsync("TRUNCATE outbox");
    }

    /// <summary>A million events that wait for tomorrow: what they cost the silo.</summary>
    private static async Task DelayedAsync(TestDatabase database)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO outbox (partition, id, stream_namespace, stream_key, payload, not_before)
            SELECT n % 64, gen_random_uuid(), 'later', n::text, '{}', now() + interval '1 day' FROM generate_series(1, 1000000) n
            """);
        await using var silo = await StyleShareCluster.StartAsync(database);
        await LatencyAsync("with 1,000,000 delayed events", silo, silo, 500);
        Console.WriteLine($"{"memory with 1,000,000 delayed events",-48} {GC.GetTotalMemory(forceFullCollection: true) / 1e6,10:n1} MB");
    }

    private static Change Raised(int stream)
    {
        var change = new Change();
        change.Raise(new OutboxEvent(
            Guid.CreateVersion7(), BenchConsumerGrain.Namespace, stream.ToString(CultureInfo.InvariantCulture), """{"post": 1, "actor": 2}"""));
        return change;
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(5);
    }
}

public interface IBenchConsumerGrain : IGrainWithStringKey;

/// <summary>Counts events, and tells of each.</summary>
[ImplicitStreamSubscription(Namespace)]
public sealed class BenchConsumerGrain : Grain, IBenchConsumerGrain, IStreamSubscriptionObserver
{
    internal const string Namespace = "bench";
    private static long Handled;
    private static TaskCompletionSource<long> Told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly DurableConsumer _consumer;

    /// <summary>Takes events together.</summary>
    public BenchConsumerGrain(DurableConsumers consumers) => _consumer = consumers.OfBatches("bench", static (_, events) =>
    {
        Interlocked.Add(ref Handled, events.Count);
        Volatile.Read(ref Told).TrySetResult(Stopwatch.GetTimestamp());
        return Task.CompletedTask;
    });

    internal static long Count => Volatile.Read(ref Handled);

    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => _consumer.Resume(handleFactory);

    /// <summary>When the next event comes.</summary>
    internal static Task<long> Next()
    {
        var next = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref Told, next);
        return next.Task;
    }
}
