using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>A stream of a persistent provider: what is put in goes to the adapter, what comes out comes from the agents.</summary>
internal sealed class PersistentStream<T>(PersistentStreams provider, StreamId stream) : IAsyncStream<T>
{
    public StreamId StreamId => stream;

    public string ProviderName => provider.Name;

    public bool IsRewindable => provider.IsRewindable;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => OnNextBatchAsync([item], token);

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return provider.Adapter.QueueMessageBatchAsync(stream, batch, token, Context());
    }

    public Task OnCompletedAsync() => throw new NotSupportedException("The streams of a persistent provider do not end.");

    public Task OnErrorAsync(Exception ex) => throw new NotSupportedException("The streams of a persistent provider carry no errors.");

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (filterData is not null)
            throw new NotSupportedException($"The stream provider '{provider.Name}' has no filter.");
        return Subscribe(new ItemSink<T>(observer, token), token);
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return Subscribe(new BatchSink<T>(observer, token), token);
    }

    public async Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        var all = await provider.PubSub.GetAll(stream, PersistentStreams.CallingGrain().GrainId);
        return [.. all.Select(subscriber => new SubscriptionHandle<T>(provider, stream, subscriber))];
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && other.StreamId == stream && other.ProviderName == provider.Name;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => stream.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : stream.CompareTo(other.StreamId);

    public override string ToString() => $"{provider.Name}/{stream}";

    private static Dictionary<string, object>? Context()
    {
        Dictionary<string, object>? context = null;
        foreach (var (name, value) in RequestContext.Entries)
            (context ??= [])[name] = value;
        return context;
    }

    private async Task<StreamSubscriptionHandle<T>> Subscribe(StreamSink sink, StreamSequenceToken? token)
    {
        provider.CheckRewind(token);
        var activation = PersistentStreams.CallingGrain();
        // The subscription that the attribute made is the grain's; another one would bring each event twice.
        var subscriber = provider.PubSub.FindImplicit(stream, activation.GrainId) ?? new StreamSubscriber(Guid.NewGuid(), activation.GrainId);
        activation.Streams.Set(subscriber.SubscriptionId, sink);
        try
        {
            if (!subscriber.IsImplicit)
                await provider.PubSub.Add(stream, subscriber);
        }
        catch
        {
            activation.Streams.Remove(subscriber.SubscriptionId);
            throw;
        }

        if (token is not null)
            await provider.Rewind(stream, subscriber.SubscriptionId, token);
        return new SubscriptionHandle<T>(provider, stream, subscriber);
    }
}
