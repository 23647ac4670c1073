using System.Collections.Concurrent;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace EngineTests.Streams;

/// <summary>What a reader took, and what it is to do; found by its key on both sides.</summary>
public sealed class Shelf
{
    private static readonly ConcurrentDictionary<string, Shelf> All = new(StringComparer.Ordinal);

    public ConcurrentQueue<int> Taken { get; } = new();

    public ConcurrentQueue<string> Filtered { get; } = new();

    /// <summary>Called with each event before it is taken; what it throws is the reader's failure.</summary>
    public Func<int, Task> Before { get; set; } = static _ => Task.CompletedTask;

    public volatile bool MayResume = true;

    public volatile int Refused;

    public volatile int Activations;

    public static Shelf Of(string key) => All.GetOrAdd(key, static _ => new Shelf());
}

public interface IReaderGrain : IGrainWithStringKey
{
    Task Subscribe(string provider);

    Task Stop();
}

/// <summary>Reads the stream of its key, by its attribute or because it subscribed.</summary>
[ImplicitStreamSubscription("read")]
public sealed class ReaderGrain : Grain, IReaderGrain, IStreamSubscriptionObserver, IAsyncObserver<int>, IIncomingGrainCallFilter
{
    private Shelf Shelf => Shelf.Of(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Shelf.Activations);
        return Task.CompletedTask;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        if (Shelf.MayResume)
            return handleFactory.Create<int>().ResumeAsync(this);
        Interlocked.Increment(ref Shelf.Refused);
        return Task.CompletedTask;
    }

    public Task Subscribe(string provider) =>
        this.GetStreamProvider(provider).GetStream<int>(StreamId.Create("chosen", this.GetPrimaryKeyString())).SubscribeAsync(this);

    public async Task OnNextAsync(int item, StreamSequenceToken? token = null)
    {
        await Shelf.Before(item);
        Shelf.Taken.Enqueue(item);
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Invoke(IIncomingGrainCallContext context)
    {
        Shelf.Filtered.Enqueue($"{context.InterfaceMethod.Name} {context.ImplementationMethod.Name} {context.Request.GetArgumentCount()}");
        return context.Invoke();
    }
}
