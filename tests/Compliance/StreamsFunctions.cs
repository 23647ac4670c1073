using Orleans.Streams;

namespace Compliance;

/// <summary>Functions as observers, over streams in memory.</summary>
public sealed class StreamFunctionTests(StreamCluster cluster)
{
    [Fact]
    public async Task A_function_takes_the_events_that_it_subscribed_to()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Subscribe();
        await Stream(key).OnNextAsync(1);
        await Stream(key).OnNextBatchAsync([2, 3]);
        await probe.Wait("3");
        Assert.Equal(["1", "2", "3"], probe.Journal);
    }

    [Fact]
    public async Task A_function_takes_whole_batches()
    {
        var probe = Probe.New(out var key);
        await Grain(key).SubscribeToBatches();
        await Stream(key).OnNextBatchAsync([1, 2, 3]);
        await probe.Wait("3");
        Assert.Equal(["1 2 3"], probe.Journal);
    }

    [Fact]
    public async Task A_subscription_is_resumed_with_another_function()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Subscribe();
        await Stream(key).OnNextAsync(1);
        await probe.Wait("1");
        await Grain(key).ResumeWithPrefix("again ");
        await Stream(key).OnNextAsync(2);
        await probe.Wait("again 2");
        Assert.Equal(["1", "again 2"], probe.Journal);
    }

    [Fact]
    public async Task Events_of_another_type_are_passed_over()
    {
        var probe = Probe.New(out var key);
        await Grain(key).Subscribe();
        await cluster.Provider(StreamCluster.Memory).GetStream<string>(Stream(key).StreamId).OnNextAsync("no number");
        await Stream(key).OnNextAsync(1);
        await probe.Wait("1");
        Assert.Equal(["1"], probe.Journal);
    }

    [Fact]
    public void Streams_of_one_identity_are_equal()
    {
        var stream = Stream("a");
        Assert.Equal(stream, Stream("a"));
        Assert.NotEqual(stream, Stream("b"));
        Assert.Equal(StreamCluster.Memory, stream.ProviderName);
        Assert.Equal(stream.StreamId, cluster.Provider(StreamCluster.Memory).GetStream<int>("functions", "a").StreamId);
        Assert.True(stream.CompareTo(Stream("b")) < 0);
    }

    private IFunctionGrain Grain(string key) => cluster.Grains.GetGrain<IFunctionGrain>(key);

    private IAsyncStream<int> Stream(string key) => cluster.Provider(StreamCluster.Memory).GetStream<int>(StreamId.Create("functions", key));
}

public interface IFunctionGrain : IGrainWithStringKey
{
    Task Subscribe();

    Task SubscribeToBatches();

    Task ResumeWithPrefix(string prefix);
}

public sealed class FunctionGrain : Grain, IFunctionGrain
{
    private StreamSubscriptionHandle<int>? _handle;

    private IAsyncStream<int> Stream =>
        this.GetStreamProvider(StreamCluster.Memory).GetStream<int>(StreamId.Create("functions", this.GetPrimaryKeyString()));

    public async Task Subscribe() => _handle = await Stream.SubscribeAsync((item, _) => Note($"{item}", item));

    public async Task SubscribeToBatches() => _handle = await Stream.SubscribeAsync(
        items => Note(string.Join(' ', items.Select(item => item.Item)), items[^1].Item));

    public async Task ResumeWithPrefix(string prefix) =>
        _handle = await _handle!.ResumeAsync((item, _) => Note($"{prefix}{item}", $"{prefix}{item}"));

    private Task Note(string entry, object signal)
    {
        Probe.Of(this).Note(entry);
        Probe.Of(this).Signal($"{signal}");
        return Task.CompletedTask;
    }
}
