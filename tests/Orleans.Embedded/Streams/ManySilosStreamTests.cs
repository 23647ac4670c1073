using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.TestingHost;

namespace EngineTests.Streams;

public sealed class TwoStreamingSilos : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<StreamingSilo.Configurator>();
        Cluster = builder.Build();
        await Cluster.DeployAsync();
        await Cluster.WaitForLivenessToStabilizeAsync();
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <summary>A stream whose events are put in, and read, on that silo: queues in memory are a silo's own.</summary>
    public IAsyncStream<int> Stream(int silo, string ns, string key) => Cluster.GetSiloServiceProvider(Cluster.Silos[silo].SiloAddress)
        .GetRequiredKeyedService<IStreamProvider>(StreamingSilo.Provider).GetStream<int>(StreamId.Create(ns, key));
}

/// <summary>Agents deliver to grains of other silos, and hear of subscriptions that are made there.</summary>
public sealed class ManySilosStreamTests(TwoStreamingSilos silos) : IClassFixture<TwoStreamingSilos>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Events_of_every_silo_come_to_the_grain_wherever_it_is()
    {
        for (var round = 0; round < 8; round++)
        {
            var (key, shelf) = NewShelf();
            for (var i = 0; i < 20; i++)
                await silos.Stream(i % 2, "read", key).OnNextAsync(i);
            await Until(() => shelf.Taken.Distinct().Count() >= 20, "all events came");
            // In the order of each silo's own; an event whose answer was late may come again.
            Assert.Equal(Enumerable.Range(0, 10).Select(static i => 2 * i), shelf.Taken.Distinct().Where(static i => i % 2 == 0));
            Assert.Equal(Enumerable.Range(0, 10).Select(static i => (2 * i) + 1), shelf.Taken.Distinct().Where(static i => i % 2 == 1));
        }
    }

    [Fact]
    public async Task A_subscription_reaches_the_agents_of_all_silos_before_its_grain_goes_on()
    {
        for (var round = 0; round < 8; round++)
        {
            var (key, shelf) = NewShelf();
            // The agents know the stream by now, and that nobody subscribes to it.
            foreach (var silo in new[] { 0, 1 })
                await silos.Stream(silo, "chosen", key).OnNextAsync(-1);
            await silos.Cluster.GrainFactory.GetGrain<IReaderGrain>(key).Subscribe(StreamingSilo.Provider);
            foreach (var silo in new[] { 0, 1 })
                await silos.Stream(silo, "chosen", key).OnNextAsync(silo);
            await Until(() => shelf.Taken.Contains(0) && shelf.Taken.Contains(1), "the events of both silos came");
        }
    }

    [Fact]
    public async Task A_failed_event_comes_again_from_another_silo()
    {
        for (var round = 0; round < 4; round++)
        {
            var (key, shelf) = NewShelf();
            var failures = 0;
            shelf.Before = item => item == 1 && Interlocked.Increment(ref failures) <= 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
            foreach (var item in new[] { 1, 2 })
                await silos.Stream(round % 2, "read", key).OnNextAsync(item);
            await Until(() => shelf.Taken.Distinct().Count() >= 2, "both events came");
            Assert.Equal([1, 2], shelf.Taken.Distinct());
        }
    }

    private static (string Key, Shelf Shelf) NewShelf()
    {
        var key = Guid.NewGuid().ToString("N");
        return (key, Shelf.Of(key));
    }

    private static async Task Until(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + Limit;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Not within {Limit}: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
