using Orleans.Streams;

namespace Compliance;

/// <summary>Subscriptions that grains make: they last until they are ended.</summary>
public sealed class StreamSubscriptionTests(StreamCluster cluster)
{
    [Fact]
    public async Task Every_subscriber_of_a_stream_gets_every_event()
    {
        var probe = Probe.New(out var key);
        string[] subscribers = [$"a {key}", $"b {key}", $"c {key}"];
        foreach (var subscriber in subscribers)
            await Grain(subscriber).Subscribe(StreamCluster.Patient, key);
        for (var i = 0; i < 50; i++)
            await Stream(StreamCluster.Patient, key).OnNextAsync(new Happening(key, i));
        foreach (var subscriber in subscribers)
        {
            for (var i = 0; i < 50; i++)
                await probe.Wait($"{i} taken by subscriber/{subscriber}");
        }

        Assert.Equal(150, probe.Journal.Count);
    }

    [Fact]
    public async Task A_subscriber_that_fails_holds_up_no_other_subscriber()
    {
        var probe = Probe.New(out var key);
        await Grain($"slow {key}").Subscribe(StreamCluster.Narrow, key);
        await Stream(StreamCluster.Narrow, key).OnNextAsync(new Happening(key, 1, WaitsFor: "go"));
        await probe.Wait($"1 came to subscriber/slow {key}");
        await Grain($"quick {key}").Subscribe(StreamCluster.Narrow, key);
        await Stream(StreamCluster.Narrow, key).OnNextAsync(new Happening(key, 2));
        await probe.Wait($"2 taken by subscriber/quick {key}");
        Assert.False(probe.IsSignalled($"2 came to subscriber/slow {key}"));
        probe.Signal("go");
        await probe.Wait($"2 taken by subscriber/slow {key}");
    }

    [Fact]
    public async Task A_grain_that_unsubscribed_gets_no_more_events()
    {
        var probe = Probe.New(out var key);
        await Grain($"stays {key}").Subscribe(StreamCluster.Patient, key);
        await Grain($"goes {key}").Subscribe(StreamCluster.Patient, key);
        await Stream(StreamCluster.Patient, key).OnNextAsync(new Happening(key, 1));
        await probe.Wait($"1 taken by subscriber/goes {key}");
        Assert.Equal(1, await Grain($"goes {key}").Unsubscribe(StreamCluster.Patient, key));
        Assert.Equal(0, await Grain($"goes {key}").Count(StreamCluster.Patient, key));

        await Stream(StreamCluster.Patient, key).OnNextAsync(new Happening(key, 2));
        await probe.Wait($"2 taken by subscriber/stays {key}");
        await Grain($"goes {key}").Subscribe(StreamCluster.Patient, key);
        await Stream(StreamCluster.Patient, key).OnNextAsync(new Happening(key, 3));
        await probe.Wait($"3 taken by subscriber/goes {key}");
        Assert.False(probe.IsSignalled($"2 came to subscriber/goes {key}"));
    }

    [Fact]
    public async Task Each_subscription_of_a_grain_brings_each_event()
    {
        var probe = Probe.New(out var key);
        var first = await Grain(key).Subscribe(StreamCluster.Patient, key);
        var second = await Grain(key).Subscribe(StreamCluster.Patient, key);
        Assert.NotEqual(first, second);
        Assert.Equal(2, await Grain(key).Count(StreamCluster.Patient, key));
        await Stream(StreamCluster.Patient, key).OnNextAsync(new Happening(key, 1));
        await Eventually.True(() => Task.FromResult(probe.Journal.Count == 2), "the event came by both");
    }

    [Fact]
    public async Task A_subscriber_that_was_deactivated_is_activated_by_the_next_event_and_resumes()
    {
        var probe = Probe.New(out var key);
        var subscriber = $"{StreamCluster.Patient}|{key}|";
        await Grain(subscriber).Subscribe(StreamCluster.Patient, key);
        await Stream(StreamCluster.Patient, key).OnNextAsync(new Happening(key, 1));
        await probe.Wait("1");
        await Grain(subscriber).Stop();
        await Stream(StreamCluster.Patient, key).OnNextAsync(new Happening(key, 2));
        await probe.Wait("2");
        Assert.Equal(["1", "2"], probe.Journal);
    }

    [Fact]
    public async Task A_subscription_survives_the_silo()
    {
        var probe = Probe.New(out var key);
        var subscriber = $"{StreamCluster.Patient}|{key}|";
        var service = Guid.NewGuid().ToString("N");
        await using (var first = StreamCluster.Builder(service).Build())
        {
            await first.DeployAsync();
            await first.GrainFactory.GetGrain<ISubscriberGrain>(subscriber).Subscribe(StreamCluster.Patient, key);
            await first.GrainFactory.GetGrain<ISubscriberGrain>(subscriber).Publish(StreamCluster.Patient, key, new Happening(key, 1));
            await probe.Wait("1");
            await first.StopAllSilosAsync();
        }

        await using var second = StreamCluster.Builder(service).Build();
        await second.DeployAsync();
        await second.GrainFactory.GetGrain<ISubscriberGrain>("someone else").Publish(StreamCluster.Patient, key, new Happening(key, 2));
        await probe.Wait($"2 taken by subscriber/{subscriber}");
        Assert.Equal(1, await second.GrainFactory.GetGrain<ISubscriberGrain>(subscriber).Unsubscribe(StreamCluster.Patient, key));
        await second.StopAllSilosAsync();
    }

    [Fact]
    public async Task The_producers_request_context_comes_along()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Subscribe(StreamCluster.Patient, key);
        RequestContext.Set("from", "mina");
        await Grain("producer").Publish(StreamCluster.Patient, key, new Happening(key, 1));
        RequestContext.Clear();
        await Grain("producer").Publish(StreamCluster.Patient, key, new Happening(key, 2));
        await probe.Wait("2");
        Assert.Equal(["from mina", "1", "2"], probe.Journal);
    }

    [Fact]
    public async Task A_provider_that_does_not_go_back_refuses_a_token()
    {
        _ = Probe.New(out var key);
        Assert.False(cluster.Provider(StreamCluster.Patient).IsRewindable);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain(key).SubscribeFrom(StreamCluster.Patient, key, 1));
        Assert.Equal(0, await Grain(key).Count(StreamCluster.Patient, key));
    }

    [Fact]
    public async Task A_subscription_can_begin_with_an_earlier_event_that_the_cache_still_has()
    {
        var probe = Probe.New(out var key);
        Assert.True(cluster.Provider(StreamCluster.Rewindable).IsRewindable);
        await Grain($"holds {key}").Subscribe(StreamCluster.Rewindable, key);
        var broker = cluster.Broker(StreamCluster.Rewindable);
        await Stream(StreamCluster.Rewindable, key).OnNextAsync(new Happening(key, 1, WaitsFor: "go"));
        await probe.Wait($"1 came to subscriber/holds {key}");
        await Stream(StreamCluster.Rewindable, key).OnNextAsync(new Happening(key, 2));
        var second = broker.LastSequence;
        await Stream(StreamCluster.Rewindable, key).OnNextAsync(new Happening(key, 3));

        await Grain($"later {key}").SubscribeFrom(StreamCluster.Rewindable, key, second);
        await probe.Wait($"3 taken by subscriber/later {key}");
        Assert.True(probe.IsSignalled($"2 taken by subscriber/later {key}"));
        Assert.False(probe.IsSignalled($"1 came to subscriber/later {key}"));
        probe.Signal("go");
        await probe.Wait($"3 taken by subscriber/holds {key}");
    }

    [Fact]
    public async Task A_subscription_is_ended_with_the_event_that_was_given_up_where_the_provider_wants_that()
    {
        var probe = Probe.New(out var key);
        await Grain($"fails {key}").Subscribe(StreamCluster.Strict, key);
        await Stream(StreamCluster.Strict, key).OnNextAsync(new Happening(key, 1, Failures: -1));
        await Eventually.True(async () => await Grain($"fails {key}").Count(StreamCluster.Strict, key) == 0, "the subscription is ended");
        await Grain($"other {key}").Subscribe(StreamCluster.Strict, key);
        await Stream(StreamCluster.Strict, key).OnNextAsync(new Happening(key, 2));
        await probe.Wait($"2 taken by subscriber/other {key}");
        Assert.False(probe.IsSignalled($"2 came to subscriber/fails {key}"));
    }

    [Fact]
    public async Task Who_is_no_grain_cannot_subscribe()
    {
        _ = Probe.New(out var key);
        var stream = Stream(StreamCluster.Patient, key);
        await Assert.ThrowsAnyAsync<Exception>(() => stream.SubscribeAsync(new Listener()));
    }

    private ISubscriberGrain Grain(string key) => cluster.Grains.GetGrain<ISubscriberGrain>(key);

    private IAsyncStream<Happening> Stream(string provider, string key) => cluster.Stream(provider, SubscriberGrain.Namespace, key);

    private sealed class Listener : IAsyncObserver<Happening>
    {
        public Task OnNextAsync(Happening item, StreamSequenceToken? token = null) => Task.CompletedTask;

        public Task OnCompletedAsync() => Task.CompletedTask;

        public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
    }
}
