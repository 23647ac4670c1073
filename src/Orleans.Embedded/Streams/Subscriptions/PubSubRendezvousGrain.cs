using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The subscriptions to one stream, in the storage named <see cref="StorageName"/>; no record when there are none.</summary>
internal sealed class PubSubRendezvousGrain([PersistentState("pubsub", PubSubRendezvousGrain.StorageName)] IPersistentState<PubSubState> state, TimeProvider time, Silo silo)
    : Grain, IPubSubRendezvousGrain
{
    public const string StorageName = "PubSubStore";

    private long _version;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _version = time.GetUtcNow().UtcTicks;
        return Task.CompletedTask;
    }

    public Task<StreamSubscribers> Get() => Task.FromResult(View());

    public Task Add(string provider, StreamId stream, StreamSubscriber subscriber)
    {
        var added = new PubSubState.Subscription(subscriber.SubscriptionId, subscriber.Consumer.ToString());
        return Write(provider, stream, state.State.Subscriptions.Add(added));
    }

    public Task Remove(string provider, StreamId stream, Guid subscriptionId)
    {
        var left = state.State.Subscriptions.RemoveAll(subscription => subscription.Id == subscriptionId);
        return left.Length == state.State.Subscriptions.Length ? Task.CompletedTask : Write(provider, stream, left);
    }

    private async Task Write(string provider, StreamId stream, ImmutableArray<PubSubState.Subscription> subscriptions)
    {
        state.State = new PubSubState { Subscriptions = subscriptions };
        try
        {
            if (subscriptions.IsEmpty)
                await state.ClearStateAsync();
            else
                await state.WriteStateAsync();
        }
        catch
        {
            // It is not known what is stored: the next call reads it.
            DeactivateOnIdle();
            throw;
        }

        // Greater than any before, those of earlier activations too, as far as the clock does not go back.
        _version = Math.Max(_version + 1, time.GetUtcNow().UtcTicks);
        await Tell(provider, stream);
    }

    // The clock of a silo where this grain was before may have been ahead: what agents know must still be older than this.
    private async Task Tell(string provider, StreamId stream)
    {
        const int MaxTries = 3;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var known = ServiceProvider.GetKeyedService<PersistentStreams>(provider)?.OnSubscriptionsChanged(stream, View()) ?? 0;
            if (silo.SubscriptionNews is { } news)
                known = Math.Max(known, await news.Changed(provider, stream, View()));
            if (known <= _version)
                return;
            _version = known + 1;
        }
    }

    private StreamSubscribers View() => new(
        _version,
        [.. state.State.Subscriptions.Select(subscription => new StreamSubscriber(subscription.Id, GrainId.Parse(subscription.Consumer)))]);
}
