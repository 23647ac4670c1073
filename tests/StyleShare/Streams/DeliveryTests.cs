using StyleShare.Testing;

namespace StyleShare.Tests.Streams;

/// <summary>Events from the commit that raises them to the grain that consumes them.</summary>
public sealed class DeliveryTests
{
    private readonly string _test = StreamSteps.NewTest();

    [Fact]
    public async Task Events_of_a_stream_come_in_the_order_in_which_they_were_raised()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using var silo = await StyleShareCluster.StartAsync(own, StreamSteps.Quick);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(stream =>
            silo.Committer().Raise(SimpleConsumerGrain.Namespace, _test, stream, Enumerable.Range(0, 40))));
        var deliveries = Deliveries.Of(_test + "-");
        await StreamSteps.Until(() => deliveries.Count >= 50 * 40, () => $"{deliveries.Count}");
        for (var stream = 0; stream < 50; stream++)
            Assert.Equal(Enumerable.Range(0, 40), deliveries.Of(_test, stream));
        await own.UntilOutboxIsEmpty();
    }
}
