using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Makes the caches of a provider.</summary>
public interface IQueueAdapterCache
{
    /// <summary>The cache of a queue.</summary>
    IQueueCache CreateQueueCache(QueueId queueId);
}

/// <summary>Says how much may be read.</summary>
public interface IQueueFlowController
{
    /// <summary>How many batches may be read now; <see cref="QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG"/> for any number.</summary>
    int GetMaxAddCount();
}

/// <summary>
/// Holds what was read from a queue until it has been delivered. The agent calls it one call at a time, and its cursors too.
/// </summary>
public interface IQueueCache : IQueueFlowController
{
    /// <summary>Takes batches on, in the order in which they were read.</summary>
    void AddToCache(IList<IBatchContainer> messages);

    /// <summary>Lets go of what has been delivered; true if that is to be told to the receiver.</summary>
    bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems);

    /// <summary>
    /// A reader of a stream, from a place on; of what is added from now on if none is given. What it has yet to read is held,
    /// from the moment that the cursor is made.
    /// </summary>
    IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token);

    /// <summary>True if it is too full to read more for now.</summary>
    bool IsUnderPressure();

    /// <summary>How far delivery has come: the oldest place that a cursor still needs, null if nothing is left.</summary>
    void UpdateDeliveryProgress(StreamSequenceToken? oldestInFlight, DateTime utcNow)
    {
    }
}

/// <summary>Reads the batches of one stream in a cache.</summary>
public interface IQueueCacheCursor : IDisposable
{
    /// <summary>The batch that it stands on.</summary>
    IBatchContainer GetCurrent(out Exception? exception);

    /// <summary>Goes on to the next batch, with which it is done with the one before; false if there is none yet.</summary>
    bool MoveNext();

    /// <summary>Something was added to the cache at this place: a cursor that had come to the end may go on.</summary>
    void Refresh(StreamSequenceToken token);

    /// <summary>The batch that it stands on could not be delivered.</summary>
    void RecordDeliveryFailure();
}
