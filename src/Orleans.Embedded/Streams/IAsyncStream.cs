using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Takes the events of a stream.</summary>
public interface IAsyncObserver<in T>
{
    /// <summary>
    /// The next event. The stream goes on when the task has completed; if it fails, the event comes again, until it has
    /// come for longer than the provider tries.
    /// </summary>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>There will be no more events.</summary>
    Task OnCompletedAsync();

    /// <summary>Something of the stream was lost, such as an event that the provider gave up.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>Takes the events of a stream, all of a batch at once.</summary>
public interface IAsyncBatchObserver<T>
{
    /// <summary>The next events.</summary>
    Task OnNextAsync(IList<SequentialItem<T>> items);

    /// <summary>There will be no more events.</summary>
    Task OnCompletedAsync();

    /// <summary>Something of the stream was lost.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>An event and its place.</summary>
public class SequentialItem<T>
{
    /// <summary>An event and its place.</summary>
    public SequentialItem(T item, StreamSequenceToken? token)
    {
        Item = item;
        Token = token;
    }

    /// <summary>The event.</summary>
    public T Item { get; }

    /// <summary>Its place.</summary>
    public StreamSequenceToken? Token { get; }
}

/// <summary>What can be subscribed to.</summary>
public interface IAsyncObservable<T>
{
    /// <summary>Subscribes the calling grain, from now on; the subscription outlives the activation and the silo.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer);

    /// <summary>Subscribes the calling grain, from a place on where the provider can go back.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null);
}

/// <summary>What can be subscribed to in batches.</summary>
public interface IAsyncBatchObservable<T>
{
    /// <inheritdoc cref="IAsyncObservable{T}.SubscribeAsync(IAsyncObserver{T})"/>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer);

    /// <inheritdoc cref="IAsyncObservable{T}.SubscribeAsync(IAsyncObserver{T}, StreamSequenceToken, string)"/>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token);
}

/// <summary>Puts events into a stream.</summary>
public interface IAsyncBatchProducer<in T> : IAsyncObserver<T>
{
    /// <summary>Puts events in as one batch.</summary>
    Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null);
}

/// <summary>A stream, whatever its events are.</summary>
public interface IAsyncStream
{
    /// <summary>True if subscribers can go back to earlier places.</summary>
    bool IsRewindable { get; }

    /// <summary>The provider.</summary>
    string ProviderName { get; }

    /// <summary>The identity.</summary>
    StreamId StreamId { get; }
}

/// <summary>A stream of events.</summary>
public interface IAsyncStream<T>
    : IAsyncStream, IEquatable<IAsyncStream<T>>, IComparable<IAsyncStream<T>>, IAsyncObservable<T>, IAsyncBatchObservable<T>, IAsyncBatchProducer<T>
{
    /// <summary>The calling grain's subscriptions to this stream.</summary>
    Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles();
}

/// <summary>Makes streams.</summary>
public interface IStreamProvider
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>True if subscribers can go back to earlier places.</summary>
    bool IsRewindable { get; }

    /// <summary>A stream.</summary>
    IAsyncStream<T> GetStream<T>(StreamId streamId);
}
