using Orleans.Streams;
using StyleShare.Streams;
using StyleShare.Testing;

namespace StyleShare.Tests.Streams;

public interface ISubscriberGrain : IGrainWithStringKey
{
    Task Subscribe();

    Task Unsubscribe();

    Task Raise(int number);
}

/// <summary>Subscribes when it is told to, and takes its subscriptions up again when it is activated.</summary>
public sealed class SubscriberGrain : Grain, ISubscriberGrain
{
    private readonly DurableConsumer _consumer;

    public SubscriberGrain(DurableConsumers consumers) => _consumer = consumers.Of("subscriber", (stream, raised) =>
    {
        Deliveries.Of(stream.GetKeyAsString()).Numbers.GetOrAdd(stream.GetKeyAsString(), _ => new()).Enqueue(Deliveries.NumberOf(raised));
        return Task.CompletedTask;
    });

    private IAsyncStream<StreamEvent> Stream =>
        this.GetStreamProvider(DurableStreams.Name).GetStream<StreamEvent>(StreamId.Create("test-explicit", this.GetPrimaryKeyString()));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var handle in await Stream.GetAllSubscriptionHandles())
            await handle.ResumeAsync(_consumer.For(handle.StreamId));
    }

    public Task Subscribe() => Stream.SubscribeAsync(_consumer.For(Stream.StreamId));

    public async Task Unsubscribe()
    {
        foreach (var handle in await Stream.GetAllSubscriptionHandles())
            await handle.UnsubscribeAsync();
    }

    public Task Raise(int number) => Stream.OnNextAsync(new StreamEvent(Guid.CreateVersion7(), $"{number}", default));
}

[Trait("Pooler", "transaction")]
public sealed class SubscriptionTests
{
    [Fact]
    public async Task An_explicit_subscription_outlives_the_silo_and_ends_when_it_is_told_to()
    {
        var test = StreamSteps.NewTest();
        var key = $"{test}-0";
        await using var database = await TestDatabase.CreateAsync();
        await using (var silo = await StyleShareCluster.StartAsync(database, StreamSteps.Quick))
        {
            var grain = silo.Grains.GetGrain<ISubscriberGrain>(key);
            await grain.Subscribe();
            await grain.Raise(1);
            await StreamSteps.Until(() => Deliveries.Of(key).Count == 1, () => $"delivered: {Deliveries.Of(key).Count}");

            // A silo that stops between delivery and its note of it leaves the event to the next one, as at least once allows.
            await database.UntilOutboxIsEmpty();
        }

        await using var next = await StyleShareCluster.StartAsync(database, StreamSteps.Quick);
        await next.Committer().Raise("test-explicit", test, 0, [2]);
        await StreamSteps.Until(() => Deliveries.Of(key).Count == 2, () => $"delivered: {Deliveries.Of(key).Count}");
        Assert.Equal([1, 2], Deliveries.Of(key).Of(test, 0));

        await next.Grains.GetGrain<ISubscriberGrain>(key).Unsubscribe();
        await next.Grains.GetGrain<ISubscriberGrain>(key).Raise(3);
        await database.UntilOutboxIsEmpty();
        Assert.Equal([1, 2], Deliveries.Of(key).Of(test, 0));
    }
}
