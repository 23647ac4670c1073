using Orleans.Streams;

namespace StyleShare.Streams;

/// <summary>A subscriber's place in a stream. All that waits is one batch, so that a consumer that is slow gets larger ones.</summary>
internal sealed class BufferCursor(PartitionBuffer buffer, StreamQueue queue, int most) : IQueueCacheCursor
{
    private OutboxBatch? _current;

    /// <summary>The number of the first event that the subscriber is not done with.</summary>
    public long Position { get; private set; } = queue.Start;

    /// <summary>The number behind the last event that it has been given.</summary>
    public long UnderWayUntil => Position + (_current?.Events.Length ?? 0);

    public IBatchContainer GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current!;
    }

    public bool MoveNext()
    {
        lock (buffer.Lock)
        {
            if (buffer.IsClosed)
                return false;
            if (_current is not null)
            {
                Position = UnderWayUntil;
                _current = null;
                buffer.Settle(queue);
            }

            if (Position >= queue.End)
                return false;
            _current = new OutboxBatch(queue.Stream, queue[Position].Sequence, queue.Range(Position, most));
            return true;
        }
    }

    public void Refresh(StreamSequenceToken token)
    {
        // It looks at the stream each time.
    }

    public void RecordDeliveryFailure()
    {
        lock (buffer.Lock)
        {
            for (var number = Position; number < UnderWayUntil; number++)
                queue[number].GivenUp = true;
        }
    }

    public void Dispose()
    {
        lock (buffer.Lock)
        {
            for (var number = Position; number < UnderWayUntil; number++)
                queue[number].MayComeAgain();
            _current = null;
            queue.Detach(this);
            buffer.Settle(queue);
        }
    }
}
