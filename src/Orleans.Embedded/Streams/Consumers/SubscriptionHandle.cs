using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Orleans.Embedded;

/// <summary>A subscription of a grain, in the grain's hands.</summary>
internal sealed class SubscriptionHandle<T>(PersistentStreams provider, StreamId stream, StreamSubscriber subscriber) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => stream;

    public override string ProviderName => provider.Name;

    public override Guid HandleId => subscriber.SubscriptionId;

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return Resume(new ItemSink<T>(observer, token), token);
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return Resume(new BatchSink<T>(observer, token), token);
    }

    public override Task UnsubscribeAsync()
    {
        Consumer().Streams.Remove(HandleId);
        return subscriber.IsImplicit ? Task.CompletedTask : provider.PubSub.Remove(stream, HandleId);
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == HandleId;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => HandleId.GetHashCode();

    public override string ToString() => $"StreamSubscriptionHandle:{provider.Name}:{stream}:{HandleId}";

    private async Task<StreamSubscriptionHandle<T>> Resume(StreamSink sink, StreamSequenceToken? token)
    {
        provider.CheckRewind(token);
        Consumer().Streams.Set(HandleId, sink);
        if (token is not null)
            await provider.Rewind(stream, HandleId, token);
        return this;
    }

    private Activation Consumer()
    {
        var activation = PersistentStreams.CallingGrain();
        return activation.GrainId == subscriber.Consumer
            ? activation
            : throw new InvalidOperationException($"The subscription belongs to {subscriber.Consumer}, and not to {activation.GrainId}.");
    }
}

/// <summary>Makes the handle of a subscription, once its consumer says of what type the events are.</summary>
internal sealed class SubscriptionHandleFactory(PersistentStreams provider, StreamId stream, StreamSubscriber subscriber) : IStreamSubscriptionHandleFactory
{
    public StreamId StreamId => stream;

    public string ProviderName => provider.Name;

    public GuidId SubscriptionId { get; } = GuidId.GetGuidId(subscriber.SubscriptionId);

    public StreamSubscriptionHandle<T> Create<T>() => new SubscriptionHandle<T>(provider, stream, subscriber);
}
