using Orleans.Streams;

namespace Compliance;

/// <summary>What is put into a stream comes out at its consumers: in order, at least once, one at a time.</summary>
public sealed class StreamDeliveryTests(StreamCluster cluster)
{
    [Fact]
    public async Task An_implicit_subscription_activates_the_grain_with_the_streams_text_key()
    {
        var probe = Probe.New(out var key);
        await cluster.Stream(StreamCluster.Patient, "texts", key).OnNextAsync(new Happening(key, 1));
        await probe.Wait($"1 taken by textconsumer/{key}");
        Assert.Equal([$"subscribed patient texts/{key}", "1"], probe.Journal);
    }

    [Fact]
    public async Task An_implicit_subscription_activates_the_grain_with_the_streams_guid_key()
    {
        var probe = Probe.New(out var name);
        var key = Guid.NewGuid();
        await cluster.Provider(StreamCluster.Patient).GetStream<Happening>("guids", key).OnNextAsync(new Happening(name, 1));
        await probe.Wait("1");
        Assert.Equal([$"{key}", "1"], probe.Journal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4711)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task An_implicit_subscription_activates_the_grain_with_the_streams_number_key(long key)
    {
        var probe = Probe.New(out var name);
        await cluster.Provider(StreamCluster.Patient).GetStream<Happening>("numbers", key).OnNextAsync(new Happening(name, 1));
        await probe.Wait("1");
        Assert.Equal([$"{key}", "1"], probe.Journal);
    }

    [Fact]
    public async Task Events_of_a_stream_come_in_their_order_one_by_one_and_in_batches()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var probe = Probe.New(out var key);
        var stream = cluster.Stream(StreamCluster.Patient, "texts", key);
        var next = 0;
        while (next < 1000)
        {
            if (random.Next(2) == 0)
                await stream.OnNextAsync(new Happening(key, next++));
            else
                await stream.OnNextBatchAsync(Enumerable.Range(0, random.Next(1, 20)).Select(_ => new Happening(key, next++)).ToList());
        }

        await probe.Wait($"{next - 1}");
        Assert.Equal(Enumerable.Range(0, next).Select(number => $"{number}"), probe.Journal.Skip(1));
    }

    [Fact]
    public async Task An_event_whose_consumer_failed_comes_again_before_the_next()
    {
        var probe = Probe.New(out var key);
        var stream = cluster.Stream(StreamCluster.Patient, "texts", key);
        await stream.OnNextAsync(new Happening(key, 1));
        await stream.OnNextAsync(new Happening(key, 2, Failures: 3));
        await stream.OnNextAsync(new Happening(key, 3));
        await probe.Wait("3");
        Assert.Equal(["1", "2 failed", "2 failed", "2 failed", "2", "3"], probe.Journal.Skip(1));
    }

    [Fact]
    public async Task An_event_that_always_fails_goes_to_the_failure_handler_and_the_stream_goes_on()
    {
        var probe = Probe.New(out var key);
        var stream = cluster.Stream(StreamCluster.Hasty, "texts", key);
        await stream.OnNextAsync(new Happening(key, 1));
        await stream.OnNextAsync(new Happening(key, 2, Failures: -1));
        await stream.OnNextAsync(new Happening(key, 3));
        await probe.Wait("3");
        await probe.Wait(nameof(StreamEventDeliveryFailureException));

        var failed = Assert.Single(cluster.Broker(StreamCluster.Hasty).GivenUp, given => given.Stream == stream.StreamId);
        Assert.Equal("hasty", failed.Provider);
        Assert.NotEqual(Guid.Empty, failed.Subscription);
        Assert.True(probe.Journal.Count(entry => entry == "2 failed") > 1);
        Assert.DoesNotContain("2", probe.Journal);
    }

    [Fact]
    public async Task A_consumer_that_is_slow_holds_up_no_other_stream_of_its_queue()
    {
        var slow = Probe.New(out var slowKey);
        var quick = Probe.New(out var quickKey);
        var slowStream = cluster.Stream(StreamCluster.Narrow, "texts", slowKey);
        await slowStream.OnNextAsync(new Happening(slowKey, 1, WaitsFor: "go"));
        await slowStream.OnNextAsync(new Happening(slowKey, 2));
        await slow.Wait($"1 came to textconsumer/{slowKey}");
        for (var i = 0; i < 100; i++)
            await cluster.Stream(StreamCluster.Narrow, "texts", quickKey).OnNextAsync(new Happening(quickKey, i));
        await quick.Wait("99");

        Assert.False(slow.IsSignalled("1"));
        slow.Signal("go");
        await slow.Wait("2");
        Assert.Equal(["1", "2"], slow.Journal.Skip(1));
    }

    [Fact]
    public async Task A_stream_whose_events_fail_holds_up_no_other_stream_of_its_queue()
    {
        var failing = Probe.New(out var failingKey);
        var other = Probe.New(out var otherKey);
        await cluster.Stream(StreamCluster.Narrow, "texts", failingKey).OnNextAsync(new Happening(failingKey, 1, Failures: 5));
        await cluster.Stream(StreamCluster.Narrow, "texts", otherKey).OnNextAsync(new Happening(otherKey, 1));
        await other.Wait("1");
        await failing.Wait("1");
    }

    [Fact]
    public async Task An_event_waits_for_its_turn_in_the_grain()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ITextConsumerGrain>(key);
        var work = grain.Work(key);
        await probe.Wait("working");
        await cluster.Stream(StreamCluster.Patient, "texts", key).OnNextAsync(new Happening(key, 1));
        // The other stream's event was put in later and has come: this one's must have been sent to the grain.
        var other = Probe.New(out var otherKey);
        await cluster.Stream(StreamCluster.Patient, "texts", otherKey).OnNextAsync(new Happening(otherKey, 1));
        await other.Wait("1");
        probe.Signal("work is done");
        await work;
        await probe.Wait("1");
        Assert.Equal(["work", $"subscribed patient texts/{key}", "1"], probe.Journal);
    }

    [Fact]
    public async Task A_batch_observer_takes_all_of_a_batch_at_once()
    {
        var probe = Probe.New(out var key);
        await cluster.Stream(StreamCluster.Patient, "batches", key)
            .OnNextBatchAsync([new Happening(key, 1), new Happening(key, 2), new Happening(key, 3)]);
        await probe.Wait("3");
        Assert.Equal(["1 2 3"], probe.Journal);
    }

    [Fact]
    public async Task What_was_delivered_is_acknowledged_and_so_is_what_nobody_subscribed_to()
    {
        await using var own = StreamCluster.Builder().Build();
        await own.DeployAsync();
        var services = own.GetSiloServiceProvider();
        var provider = services.GetRequiredKeyedService<IStreamProvider>(StreamCluster.Patient);
        var probe = Probe.New(out var key);
        for (var i = 0; i < 20; i++)
        {
            await provider.GetStream<Happening>("texts", key).OnNextAsync(new Happening(key, i));
            await provider.GetStream<Happening>("nobody's", key).OnNextAsync(new Happening(key, 1000 + i));
        }

        await probe.Wait("19");
        var broker = Broker.Of(services, StreamCluster.Patient);
        await Eventually.True(() => Task.FromResult(broker.Unacknowledged == 0), "all is acknowledged");
        Assert.Equal(0, broker.Overlaps);
        await own.StopAllSilosAsync();
    }

    [Fact]
    public async Task A_full_cache_is_read_into_as_it_empties()
    {
        var probe = Probe.New(out var key);
        var stream = cluster.Stream(StreamCluster.Small, "texts", key);
        await stream.OnNextAsync(new Happening(key, 0, WaitsFor: "go"));
        for (var i = 1; i < 300; i++)
            await stream.OnNextAsync(new Happening(key, i));
        await probe.Wait($"0 came to textconsumer/{key}");
        probe.Signal("go");
        await probe.Wait("299");
        Assert.Equal(Enumerable.Range(0, 300).Select(number => $"{number}"), probe.Journal.Skip(1));
    }

    [Fact]
    public async Task Tokens_grow_along_a_stream_and_within_its_batches()
    {
        var probe = Probe.New(out var key);
        await cluster.Stream(StreamCluster.Patient, "tokens", key).OnNextBatchAsync([new Happening(key, 1), new Happening(key, 2)]);
        await cluster.Stream(StreamCluster.Patient, "tokens", key).OnNextAsync(new Happening(key, 3));
        await probe.Wait("3");
        Assert.Equal(["1", "2 newer", "3 newer"], probe.Journal);
    }
}

public interface ITokenConsumerGrain : IGrainWithStringKey;

[ImplicitStreamSubscription("tokens")]
public sealed class TokenConsumerGrain : ConsumerGrain, ITokenConsumerGrain, Orleans.Streams.Core.IStreamSubscriptionObserver
{
    private StreamSequenceToken? _last;

    public Task OnSubscribed(Orleans.Streams.Core.IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Happening>().ResumeAsync(this);

    protected override void Take(Probe probe, Happening item, StreamSequenceToken? token)
    {
        probe.Note(_last is null ? $"{item.Number}" : $"{item.Number} {(token!.Newer(_last) && _last.Older(token!) ? "newer" : "not newer")}");
        probe.Signal($"{item.Number}");
        _last = token;
    }
}
