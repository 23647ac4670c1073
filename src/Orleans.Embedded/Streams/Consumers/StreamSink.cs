using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>What an activation has a subscription's events come to.</summary>
internal abstract class StreamSink
{
    /// <summary>Hands on the events of a batch, in order. If one fails, the next delivery of the batch begins with that one.</summary>
    public abstract ValueTask Deliver(IBatchContainer batch);

    /// <summary>Tells of something that was lost.</summary>
    public abstract Task OnError(Exception exception);
}

/// <summary>Events come to an observer one by one, from a place on if one is given.</summary>
internal sealed class ItemSink<T>(IAsyncObserver<T> observer, StreamSequenceToken? from) : StreamSink
{
    private StreamSequenceToken? _begun;
    private int _taken;

    public override async ValueTask Deliver(IBatchContainer batch)
    {
        var skip = _begun is not null && _begun.Equals(batch.SequenceToken) ? _taken : 0;
        var index = 0;
        try
        {
            foreach (var (item, token) in batch.GetEvents<T>())
            {
                if (index >= skip && (from is null || !token.Older(from)))
                    await observer.OnNextAsync(item, token);
                index++;
            }

            _begun = null;
        }
        catch
        {
            _begun = batch.SequenceToken;
            _taken = index;
            throw;
        }
    }

    public override Task OnError(Exception exception) => observer.OnErrorAsync(exception);
}

/// <summary>Events come to an observer all of a batch at once.</summary>
internal sealed class BatchSink<T>(IAsyncBatchObserver<T> observer, StreamSequenceToken? from) : StreamSink
{
    public override async ValueTask Deliver(IBatchContainer batch)
    {
        var items = new List<SequentialItem<T>>();
        foreach (var (item, token) in batch.GetEvents<T>())
        {
            if (from is null || !token.Older(from))
                items.Add(new SequentialItem<T>(item, token));
        }

        if (items.Count != 0)
            await observer.OnNextAsync(items);
    }

    public override Task OnError(Exception exception) => observer.OnErrorAsync(exception);
}
