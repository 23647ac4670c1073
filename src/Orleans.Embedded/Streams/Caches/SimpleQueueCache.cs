using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Orleans.Embedded;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Providers.Streams.Common;

/// <summary>
/// Holds batches until all cursors of their stream have gone past them. What a stream's cursors are done with is let go of,
/// however far those of other streams have come; the size is what all of them share.
/// </summary>
public class SimpleQueueCache : IQueueCache
{
    private readonly int _size;
    private readonly ILogger _logger;
    private readonly Dictionary<StreamId, CachedStream> _streams = [];
    private readonly List<IBatchContainer> _purged = [];
    private readonly HashSet<StreamId> _mayPurge = [];
    private StreamSequenceToken? _newestPurged;
    private bool _isFull;

    /// <summary>Holds so many batches.</summary>
    public SimpleQueueCache(int cacheSize, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cacheSize);
        _size = cacheSize;
        _logger = logger;
    }

    /// <summary>How many batches it holds now.</summary>
    public int Size { get; private set; }

    /// <inheritdoc/>
    public int GetMaxAddCount() => Math.Max(0, _size - Size);

    /// <summary>True from being full until a quarter of it is free, so that it is not filled one by one.</summary>
    public virtual bool IsUnderPressure() => _isFull = Size >= _size || (_isFull && Size > _size * 3 / 4);

    /// <inheritdoc/>
    public virtual void AddToCache(IList<IBatchContainer> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var batch in messages)
        {
            ref var stream = ref CollectionsMarshal.GetValueRefOrAddDefault(_streams, batch.StreamId, out _);
            (stream ??= new CachedStream()).Batches.Add(batch);
            if (stream.Cursors.Count == 0)
                _mayPurge.Add(batch.StreamId);
        }

        Size += messages.Count;
    }

    /// <inheritdoc/>
    public virtual bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        foreach (var id in _mayPurge)
            Purge(id);
        _mayPurge.Clear();
        purgedItems = [.. _purged];
        _purged.Clear();
        return purgedItems.Count != 0;
    }

    /// <inheritdoc/>
    /// <exception cref="QueueCacheMissException">Batches from this place on have been let go of.</exception>
    public virtual IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        ref var stream = ref CollectionsMarshal.GetValueRefOrAddDefault(_streams, streamId, out _);
        stream ??= new CachedStream();
        var place = token is null ? stream.End : stream.Find(token);
        if (token is not null && _newestPurged is { } purged && !token.Newer(purged) && stream.At(place)?.SequenceToken.Equals(token) != true)
        {
            throw new QueueCacheMissException(
                $"{token}", $"{stream.At(stream.Start)?.SequenceToken ?? purged}", $"{stream.At(stream.End - 1)?.SequenceToken ?? purged}");
        }

        var cursor = new SimpleQueueCacheCursor(this, streamId, _logger) { Next = place };
        stream.Cursors.Add(cursor);
        return cursor;
    }

    internal IBatchContainer? Take(SimpleQueueCacheCursor cursor)
    {
        var stream = _streams[cursor.StreamId];
        _mayPurge.Add(cursor.StreamId);
        if (stream.At(cursor.Next) is not { } batch)
            return null;
        cursor.Next++;
        return batch;
    }

    internal void Remove(SimpleQueueCacheCursor cursor)
    {
        if (_streams.TryGetValue(cursor.StreamId, out var stream) && stream.Cursors.Remove(cursor))
            _mayPurge.Add(cursor.StreamId);
    }

    private void Purge(StreamId id)
    {
        if (!_streams.TryGetValue(id, out var stream))
            return;
        var needed = stream.End;
        foreach (var cursor in stream.Cursors)
            needed = Math.Min(needed, cursor.Next - (cursor.IsOnBatch ? 1 : 0));
        var count = (int)(needed - stream.Start);
        for (var i = 0; i < count; i++)
        {
            var token = stream.Batches[i].SequenceToken;
            if (_newestPurged is null || token.Newer(_newestPurged))
                _newestPurged = token;
            _purged.Add(stream.Batches[i]);
        }

        stream.Batches.RemoveRange(0, count);
        stream.Start += count;
        Size -= count;
        if (stream.Batches.Count == 0 && stream.Cursors.Count == 0)
            _streams.Remove(id);
    }

    // A stream's batches have places that count on for as long as it is here.
    private sealed class CachedStream
    {
        public List<IBatchContainer> Batches { get; } = [];

        public List<SimpleQueueCacheCursor> Cursors { get; } = [];

        public long Start { get; set; }

        public long End => Start + Batches.Count;

        public IBatchContainer? At(long place) => place >= Start && place < End ? Batches[(int)(place - Start)] : null;

        // The first place at or behind the token.
        public long Find(StreamSequenceToken token)
        {
            var first = Batches.FindIndex(batch => !batch.SequenceToken.Older(token));
            return first < 0 ? End : Start + first;
        }
    }
}

/// <summary>Reads the batches of one stream in a <see cref="SimpleQueueCache"/>.</summary>
public class SimpleQueueCacheCursor : IQueueCacheCursor
{
    private readonly SimpleQueueCache _cache;
    private readonly StreamLog _log;
    private IBatchContainer? _current;

    /// <summary>Made by the cache.</summary>
    public SimpleQueueCacheCursor(SimpleQueueCache cache, StreamId streamId, ILogger logger)
    {
        _cache = cache;
        _log = new StreamLog(logger);
        StreamId = streamId;
    }

    internal StreamId StreamId { get; }

    internal long Next { get; set; }

    internal bool IsOnBatch => _current is not null;

    /// <inheritdoc/>
    public virtual IBatchContainer GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current!;
    }

    /// <inheritdoc/>
    public virtual bool MoveNext() => (_current = _cache.Take(this)) is not null;

    /// <inheritdoc/>
    public virtual void Refresh(StreamSequenceToken token)
    {
        // It finds what is added at its place by itself.
    }

    /// <inheritdoc/>
    public void RecordDeliveryFailure() => _log.DeliveryRecordedAsFailed(StreamId, _current?.SequenceToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what it held in the cache.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _current = null;
        _cache.Remove(this);
    }

    /// <summary>The stream, and where it stands.</summary>
    public override string ToString() => $"<SimpleQueueCacheCursor: {StreamId} at {_current?.SequenceToken}>";
}
