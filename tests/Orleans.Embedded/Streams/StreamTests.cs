using EngineTests.Stress;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Providers;
using Orleans.Streams;
using Orleans.TestingHost;

namespace EngineTests.Streams;

public sealed class StreamingSilo : IAsyncLifetime
{
    public const string Provider = "memory";

    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(1);
        builder.AddSiloBuilderConfigurator<Configurator>();
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }

    public IAsyncStream<int> Stream(string ns, string key) =>
        Cluster.GetSiloServiceProvider().GetRequiredKeyedService<IStreamProvider>(Provider).GetStream<int>(StreamId.Create(ns, key));

    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddMemoryGrainStorage("PubSubStore");
            siloBuilder.AddMemoryStreams(Provider, static configurator =>
                configurator.ConfigureBackoffProvider(static (_, _) => (IMessageDeliveryBackoffProvider)new Soon()));
        }
    }

    private sealed class Soon : IMessageDeliveryBackoffProvider
    {
        public TimeSpan Next(int attempt) => TimeSpan.FromMilliseconds(1);
    }
}

/// <summary>Where this engine promises more of streams than Orleans does, and what only an engine can be asked.</summary>
public sealed class StreamTests(StreamingSilo silo) : IClassFixture<StreamingSilo>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task An_event_for_which_a_grain_has_no_observer_yet_is_kept_for_it()
    {
        var (key, shelf) = NewShelf();
        await silo.Cluster.GrainFactory.GetGrain<IReaderGrain>(key).Subscribe(StreamingSilo.Provider);
        await silo.Stream("chosen", key).OnNextAsync(1);
        await Until(() => shelf.Taken.Count == 1, "the first event came");
        shelf.MayResume = false;
        await silo.Cluster.GrainFactory.GetGrain<IReaderGrain>(key).Stop();
        await silo.Stream("chosen", key).OnNextAsync(2);
        await Until(() => shelf.Refused > 2, "the second event was tried");
        shelf.MayResume = true;
        await Until(() => shelf.Taken.Count == 2, "the second event came");
        Assert.Equal([1, 2], shelf.Taken);
    }

    [Fact]
    public async Task A_batch_is_taken_up_again_at_the_event_that_failed()
    {
        var (key, shelf) = NewShelf();
        var failures = 0;
        shelf.Before = item => item == 3 && failures++ < 2 ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask;
        await silo.Stream("read", key).OnNextBatchAsync([1, 2, 3, 4]);
        await silo.Stream("read", key).OnNextAsync(5);
        await Until(() => shelf.Taken.Contains(5), "the last event came");
        Assert.Equal([1, 2, 3, 4, 5], shelf.Taken);
        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task Filters_see_deliveries()
    {
        var (key, shelf) = NewShelf();
        await silo.Stream("read", key).OnNextAsync(1);
        await Until(() => shelf.Taken.Count == 1, "the event came");
        Assert.Equal(["DeliverBatch DeliverBatch 1"], shelf.Filtered);
    }

    [Fact]
    public async Task Every_event_is_taken_in_order_while_readers_fail_and_end_at_random()
    {
        const int Streams = 40;
        const int Events = 300;
        var seed = Seed.Next();
        var shelves = Enumerable.Range(0, Streams).Select(_ => NewShelf()).ToList();
        foreach (var (index, (key, shelf)) in shelves.Index())
        {
            var random = new Random(seed + index);
            shelf.Before = async item =>
            {
                switch (random.Next(20))
                {
                    case 0: throw new InvalidOperationException($"Event {item} fails.");
                    case 1: _ = silo.Cluster.GrainFactory.GetGrain<IReaderGrain>(key).Stop(); break;
                    case 2: await Task.Yield(); break;
                }
            };
        }

        await Task.WhenAll(shelves.Select((shelf, index) => Task.Run(() => Publish(shelf.Key, new Random(seed - index), Events)))).WaitAsync(Limit);
        foreach (var (key, shelf) in shelves)
        {
            await Until(() => shelf.Taken.Contains(Events - 1), $"the last event of {key} came, seed {seed}");
            // A batch that was cut off by the reader's end comes again from its beginning: never a gap, never a step ahead.
            var next = 0;
            foreach (var item in shelf.Taken)
            {
                Assert.True(item <= next, $"Event {item} came before {next}, seed {seed}.");
                next = Math.Max(next, item + 1);
            }

            Assert.Equal(Events, next);
        }

        Assert.True(shelves.Sum(shelf => shelf.Shelf.Activations) > Streams, "No reader ever ended.");
    }

    private static (string Key, Shelf Shelf) NewShelf()
    {
        var key = Guid.NewGuid().ToString("N");
        return (key, Shelf.Of(key));
    }

    private static async Task Until(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited too long until {what}.");
            await Task.Delay(1);
        }
    }

    private async Task Publish(string key, Random random, int events)
    {
        for (var next = 0; next < events;)
        {
            var count = Math.Min(random.Next(1, 5), events - next);
            await silo.Stream("read", key).OnNextBatchAsync(Enumerable.Range(next, count).ToList());
            next += count;
        }
    }
}
