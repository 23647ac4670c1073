using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Keeps the subscriptions that grains made to one stream. Its key names provider and stream.</summary>
internal interface IPubSubRendezvousGrain : IGrainWithStringKey
{
    /// <summary>All of them.</summary>
    Task<StreamSubscribers> Get();

    /// <summary>Adds one, and tells the agents.</summary>
    Task Add(string provider, StreamId stream, StreamSubscriber subscriber);

    /// <summary>Takes one away, and tells the agents; one that is not there is no error.</summary>
    Task Remove(string provider, StreamId stream, Guid subscriptionId);
}

/// <summary>The subscriptions to a stream. What has the greater version is the newer.</summary>
[GenerateSerializer, Immutable]
internal sealed record StreamSubscribers([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<StreamSubscriber> All);

/// <summary>The subscriptions as they are stored.</summary>
[GenerateSerializer]
internal sealed record PubSubState
{
    [Id(0)]
    public ImmutableArray<Subscription> Subscriptions { get; init; } = [];

    /// <summary>A subscription, and the grain that made it as <c>type/key</c>.</summary>
    [GenerateSerializer, Immutable]
    public sealed record Subscription([property: Id(0)] Guid Id, [property: Id(1)] string Consumer);
}
