using Orleans.Streams;
using Orleans.TestingHost;

namespace Compliance;

/// <summary>What streams do when brokers, handlers and silos fail.</summary>
public sealed class StreamFailureTests
{
    [Fact]
    public async Task A_broker_that_cannot_be_read_for_a_while_is_read_again()
    {
        await using var silo = await OwnSilo.StartAsync();
        silo.Broker.FailReads(5);
        var probe = Probe.New(out var key);
        await silo.Stream("texts", key).OnNextAsync(new Happening(key, 1));
        await probe.Wait("1");
    }

    [Fact]
    public async Task What_could_not_be_acknowledged_is_acknowledged_later_and_comes_once()
    {
        await using var silo = await OwnSilo.StartAsync();
        silo.Broker.FailAcknowledgements(5);
        var probe = Probe.New(out var key);
        for (var i = 0; i < 20; i++)
            await silo.Stream("texts", key).OnNextAsync(new Happening(key, i));
        await probe.Wait("19");
        await silo.Acknowledged();
        Assert.Equal(20, probe.Journal.Skip(1).Count());
    }

    [Fact]
    public async Task A_failure_handler_that_fails_gets_the_event_again_before_the_stream_goes_on()
    {
        await using var silo = await OwnSilo.StartAsync(StreamCluster.Hasty);
        silo.Broker.FailHandler = true;
        var probe = Probe.New(out var key);
        await silo.Stream("texts", key).OnNextAsync(new Happening(key, 1, Failures: -1));
        await silo.Stream("texts", key).OnNextAsync(new Happening(key, 2));
        await probe.Wait("2");
        Assert.False(silo.Broker.FailHandler);
        Assert.Single(silo.Broker.GivenUp);
    }

    [Fact]
    public async Task What_is_under_way_when_the_silo_stops_comes_again_at_the_next()
    {
        var probe = Probe.New(out var key);
        var service = Guid.NewGuid().ToString("N");
        Task stop;
        await using (var first = await OwnSilo.StartAsync(StreamCluster.Patient, service))
        {
            await first.Stream("texts", key).OnNextAsync(new Happening(key, 1));
            await first.Acknowledged();
            await first.Stream("texts", key).OnNextAsync(new Happening(key, 2, WaitsFor: "go"));
            await first.Stream("texts", key).OnNextAsync(new Happening(key, 3));
            await probe.Wait($"2 came to textconsumer/{key}");
            stop = first.Cluster.StopAllSilosAsync();
            // Event 2 is cut off: the agent does not wait for it, and the grain's end does not either.
            await Eventually.True(() => Task.FromResult(first.Broker.Journal.Count(entry => entry.EndsWith("ends", StringComparison.Ordinal)) == 4), "all receivers have ended");
            Assert.Equal(2, first.Broker.Unacknowledged);
            probe.Signal("go");
            await stop;
        }

        var before = probe.Journal.Count(entry => entry == "3");
        Assert.Equal(0, before);
        await using var second = await OwnSilo.StartAsync(StreamCluster.Patient, service);
        await probe.Wait("3");
        Assert.Contains("2", probe.Journal);
        await second.Acknowledged();
    }

    [Fact]
    public async Task What_was_to_be_tried_again_when_the_silo_stops_comes_again_at_the_next()
    {
        var probe = Probe.New(out var key);
        var service = Guid.NewGuid().ToString("N");
        await using (var first = await OwnSilo.StartAsync(StreamCluster.Patient, service))
        {
            await first.Stream("texts", key).OnNextAsync(new Happening(key, 1, Failures: -1, FailsUntil: "mended"));
            await Eventually.True(() => Task.FromResult(probe.Journal.Count(entry => entry == "1 failed") > 2), "it has failed a few times");
            await first.Cluster.StopAllSilosAsync();
            Assert.Equal(1, first.Broker.Unacknowledged);
        }

        probe.Signal("mended");
        await using var second = await OwnSilo.StartAsync(StreamCluster.Patient, service);
        await probe.Wait("1");
        await second.Acknowledged();
    }

    [Fact]
    public async Task A_killed_silo_neither_reads_nor_acknowledges_any_more()
    {
        var probe = Probe.New(out var key);
        var service = Guid.NewGuid().ToString("N");
        await using var killed = await OwnSilo.StartAsync(StreamCluster.Patient, service);
        await killed.Stream("texts", key).OnNextAsync(new Happening(key, 1, WaitsFor: "go"));
        await probe.Wait($"1 came to textconsumer/{key}");
        await killed.Cluster.KillSiloAsync(killed.Cluster.Primary);
        var left = killed.Broker.Receivers.ToList();
        var reads = left.ConvertAll(receiver => receiver.Reads);
        probe.Signal("go");
        await probe.Wait("1");
        Assert.Equal(1, killed.Broker.Unacknowledged);

        // As long as the killed one would need to read several times.
        await using var next = await OwnSilo.StartAsync(StreamCluster.Patient, service);
        await Eventually.True(
            () => Task.FromResult(next.Broker.Receivers.Except(left).Count(receiver => receiver.Reads > 5) == 4), "the next silo has read for a while");
        Assert.Equal(reads, left.ConvertAll(receiver => receiver.Reads));
        Assert.Equal(2, probe.Journal.Count(entry => entry == "1"));
        Assert.DoesNotContain(next.Broker.Journal, entry => entry.EndsWith("ends", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_queue_that_is_taken_away_is_left_and_one_that_is_given_is_read()
    {
        await using var silo = await OwnSilo.StartAsync(Switch.Provider);
        var balancer = silo.Services.GetRequiredService<Switch>();
        var probe = Probe.New(out var key);
        await silo.Stream("texts", key).OnNextAsync(new Happening(key, 1));
        await silo.Acknowledged();

        await balancer.Turn(on: false);
        Assert.Equal(4, silo.Broker.Journal.Count(entry => entry.EndsWith("ends", StringComparison.Ordinal)));
        await silo.Stream("texts", key).OnNextAsync(new Happening(key, 2));
        await silo.Stream("texts", key).OnNextAsync(new Happening(key, 3));
        Assert.Equal(2, silo.Broker.Unacknowledged);

        await balancer.Turn(on: true);
        await probe.Wait("3");
        Assert.Equal(["1", "2", "3"], probe.Journal.Where(entry => entry.Length == 1));
        await silo.Cluster.StopAllSilosAsync();
        Assert.True(balancer.IsShutDown);
        Assert.False(balancer.IsListenedTo);
    }

    [Fact]
    public async Task A_provider_with_explicit_subscriptions_and_no_storage_for_them_does_not_start()
    {
        var builder = new TestClusterBuilder(1);
        builder.AddSiloBuilderConfigurator<WithoutStorage>();
        await using var cluster = builder.Build();
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => cluster.DeployAsync());
        Assert.Contains("PubSubStore", failed.ToString());
    }

    [Fact]
    public async Task A_provider_that_nobody_added_is_named()
    {
        await using var silo = await OwnSilo.StartAsync();
        var failed = await Assert.ThrowsAnyAsync<Exception>(
            () => silo.Cluster.GrainFactory.GetGrain<ISubscriberGrain>("x").Subscribe("no-such-provider", "y"));
        Assert.Contains("no-such-provider", failed.ToString());
    }

    private sealed class WithoutStorage : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) =>
            siloBuilder.AddPersistentStreams("lost", static (services, name) => new BrokerAdapterFactory(services, name), static _ => { });
    }

    /// <summary>A silo of a test's own, with the test's provider.</summary>
    private sealed class OwnSilo(TestCluster cluster, string provider) : IAsyncDisposable
    {
        public TestCluster Cluster => cluster;

        public IServiceProvider Services { get; } = cluster.GetSiloServiceProvider();

        public Broker Broker { get; } = Broker.Of(cluster.GetSiloServiceProvider(), provider);

        public static async Task<OwnSilo> StartAsync(string provider = StreamCluster.Patient, string? service = null)
        {
            var builder = StreamCluster.Builder(service);
            builder.AddSiloBuilderConfigurator<Switched>();
            var cluster = builder.Build();
            await cluster.DeployAsync();
            return new OwnSilo(cluster, provider);
        }

        public IAsyncStream<Happening> Stream(string ns, string key) =>
            Services.GetRequiredKeyedService<IStreamProvider>(provider).GetStream<Happening>(StreamId.Create(ns, key));

        public Task Acknowledged() => Eventually.True(() => Task.FromResult(Broker.Unacknowledged == 0), "all is acknowledged");

        public async ValueTask DisposeAsync()
        {
            await cluster.StopAllSilosAsync();
            await cluster.DisposeAsync();
        }
    }

    private sealed class Switched : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddSingleton<Switch>();
            siloBuilder.AddPersistentStreams(Switch.Provider, static (services, name) => new BrokerAdapterFactory(services, name), static configurator =>
                configurator.ConfigurePartitionBalancing(static (services, _) => services.GetRequiredService<Switch>()));
        }
    }

    /// <summary>Gives the silo all queues or none.</summary>
    private sealed class Switch : IStreamQueueBalancer
    {
        public const string Provider = "switched";

        private IStreamQueueMapper? _mapper;
        private IStreamQueueBalanceListener? _listener;
        private bool _isOn = true;

        public bool IsShutDown { get; private set; }

        public bool IsListenedTo => _listener is not null;

        public Task Turn(bool on)
        {
            _isOn = on;
            return _listener!.QueueDistributionChangeNotification();
        }

        public Task Initialize(IStreamQueueMapper queueMapper)
        {
            _mapper = queueMapper;
            return Task.CompletedTask;
        }

        public Task Shutdown()
        {
            IsShutDown = true;
            return Task.CompletedTask;
        }

        public IEnumerable<QueueId> GetMyQueues() => _isOn ? _mapper!.GetAllQueues() : [];

        public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer)
        {
            _listener = observer;
            return true;
        }

        public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer)
        {
            _listener = null;
            return true;
        }
    }
}
