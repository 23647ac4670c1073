using System.Collections.Immutable;

namespace StyleShare.Streams;

/// <summary>An event that waits to be delivered.</summary>
internal sealed class QueuedEvent(OutboxKey key, StreamEvent raised, long sequence)
{
    public OutboxKey Key { get; } = key;

    public StreamEvent Event { get; private set; } = raised;

    /// <summary>Its place in the order of delivery of the partition.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>The engine has given it up, in all the time that it tries for.</summary>
    public bool GivenUp { get; set; }

    /// <summary>It was given to somebody, and nobody knows what became of it.</summary>
    public void MayComeAgain() => Event = Event with { Redelivered = true };
}

/// <summary>The events of one stream in a <see cref="PartitionBuffer"/>, whose lock guards it.</summary>
/// <remarks>
/// One that is full is <em>parked</em>: what follows stays in the database, from a key on, until there is room. So a stream that
/// does not get on holds up no other.
/// </remarks>
internal sealed class StreamQueue(StreamId stream)
{
    private readonly List<QueuedEvent> _events = [];
    private readonly List<BufferCursor> _cursors = [];

    public StreamId Stream { get; } = stream;

    public int Count => _events.Count;

    /// <summary>The number of the first event, counted from the stream's first in this buffer.</summary>
    public long Start { get; private set; }

    /// <summary>The number behind the last event.</summary>
    public long End => Start + _events.Count;

    /// <summary>The agent was told of the events up to this number.</summary>
    public long Told { get; set; }

    /// <summary>When nobody was found to subscribe; null while somebody does.</summary>
    public long? AloneSince { get; set; }

    public bool HasCursors => _cursors.Count > 0;

    /// <summary>From where on events are in the database only; null if the stream is not parked.</summary>
    public OutboxKey? ParkedFrom { get; private set; }

    /// <summary>While parked streams are caught up: this one stays parked, for it has no room.</summary>
    public bool StaysParked { get; set; }

    /// <summary>What it had besides those under way was put back; nothing is read for it until it gets on.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Something of it was done lately.</summary>
    public bool GotOn { get; set; } = true;

    public QueuedEvent this[long number] => _events[(int)(number - Start)];

    public void Add(QueuedEvent queued) => _events.Add(queued);

    public void Attach(BufferCursor cursor)
    {
        _cursors.Add(cursor);
        AloneSince = null;
    }

    public void Detach(BufferCursor cursor) => _cursors.Remove(cursor);

    public void Park(OutboxKey from)
    {
        if (ParkedFrom is null || from < ParkedFrom)
            ParkedFrom = from;
    }

    /// <summary>What was parked is here up to this key.</summary>
    public void CaughtUpTo(OutboxKey key) => ParkedFrom = key with { Position = key.Position + 1 };

    public void Unpark() => (ParkedFrom, StaysParked) = (null, false);

    /// <summary>Events from a number on, at most so many.</summary>
    public ImmutableArray<StreamEvent> Range(long from, int most) =>
        [.. _events.Skip((int)(from - Start)).Take(most).Select(e => e.Event)];

    /// <summary>Takes out what all subscribers are done with.</summary>
    public int TakeDone(Action<QueuedEvent> done)
    {
        if (_cursors.Count == 0)
            return 0;
        var until = long.MaxValue;
        foreach (var cursor in _cursors)
            until = Math.Min(until, cursor.Position);
        return Take((int)(until - Start), done);
    }

    /// <summary>Takes out the first ones up to a number.</summary>
    public int TakeUntil(long number, Action<QueuedEvent> taken) => Take((int)(number - Start), taken);

    /// <summary>Puts back what is behind that which is under way; true if that was something.</summary>
    public bool PutBack(Action<QueuedEvent> putBack)
    {
        var kept = Start;
        foreach (var cursor in _cursors)
            kept = Math.Max(kept, cursor.UnderWayUntil);
        var from = (int)(kept - Start);
        if (from == 0 || from >= _events.Count)
            return false;
        for (var i = from; i < _events.Count; i++)
        {
            Park(_events[i].Key);
            putBack(_events[i]);
        }

        _events.RemoveRange(from, _events.Count - from);
        Told = Math.Min(Told, End);
        IsStalled = StaysParked = true;
        return true;
    }

    private int Take(int count, Action<QueuedEvent> taken)
    {
        if (count <= 0)
            return 0;
        for (var i = 0; i < count; i++)
            taken(_events[i]);
        _events.RemoveRange(0, count);
        Start += count;
        IsStalled = false;
        GotOn = true;
        return count;
    }
}
