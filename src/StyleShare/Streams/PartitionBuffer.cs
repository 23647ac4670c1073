using Orleans.Streams;

namespace StyleShare.Streams;

/// <summary>How much of a partition is in memory.</summary>
/// <param name="Events">Events of all its streams.</param>
/// <param name="EventsOfStream">Events of one stream.</param>
/// <param name="Parked">Streams of which it is remembered that more is in the database.</param>
/// <param name="Batch">Events that are delivered together.</param>
/// <param name="Page">Events that are read together.</param>
internal sealed record BufferLimits(int Events = 2_048, int EventsOfStream = 256, int Parked = 1_000, int Batch = 64, int Page = 256);

/// <summary>What is to be read next of a partition.</summary>
internal enum PageKind
{
    /// <summary>What follows.</summary>
    Next,

    /// <summary>What parked streams have left.</summary>
    Parked,

    /// <summary>A transaction that was open.</summary>
    Gap,
}

/// <summary>One piece to be read of a partition: events behind a key; of a gap, those of the key's transaction.</summary>
internal readonly record struct PageRequest(PageKind Kind, OutboxKey After, int Limit);

/// <summary>
/// The events of one partition between the database and the subscribers, while this silo owns it: what is read, what waits,
/// what is done and not acknowledged yet. Bounded, however many streams get stuck.
/// </summary>
internal sealed class PartitionBuffer(Lease lease, BufferLimits limits, TimeProvider clock) : IQueueCache
{
    /// <summary>
    /// How long an event waits for somebody to subscribe before it counts as one that concerns nobody: agents look
    /// subscriptions up right after they are told of an event.
    /// </summary>
    private static readonly TimeSpan AlonePause = TimeSpan.FromSeconds(1);

    /// <summary>A stream of which nothing was done for so long makes room for others when it gets tight.</summary>
    private static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(1);

    /// <summary>Most of what is walked past for one parked stream is another's, and not kept: so larger steps are taken.</summary>
    private const int ParkedPages = 4;

    private readonly PartitionCursor _cursor = new();
    private readonly Dictionary<StreamId, StreamQueue> _streams = [];
    private readonly HashSet<OutboxKey> _known = [];
    private readonly HashSet<StreamQueue> _parked = [];
    private readonly List<OutboxKey> _acknowledged = [];
    private readonly Queue<StreamQueue> _news = [];
    private readonly List<StreamQueue> _alone = [];
    private readonly List<OutboxKey> _done = [];
    private readonly Dictionary<StreamId, List<QueuedEvent>> _givenUp = [];
    private TransactionSnapshot? _first;
    private long _sequence = lease.Epoch << 40;
    private long _restarted = clock.GetTimestamp();
    private int _count;
    private long _looked;
    private OutboxKey? _scan;
    private volatile bool _closed;

    public Lock Lock { get; } = new();

    public Lease Lease { get; } = lease;

    /// <summary>Set when something is there for the agent.</summary>
    public Nudge News { get; } = new(clock);

    /// <summary>Called when something is to be acknowledged.</summary>
    public Action HasDone { get; init; } = static () => { };

    /// <summary>Called when there is room where there was none.</summary>
    public Action HasRoom { get; init; } = static () => { };

    /// <summary>Called with the namespace of an event that nobody subscribes to.</summary>
    public Action<string> Unwanted { get; init; } = static _ => { };

    /// <summary>True when the partition is another silo's, or about to be: nothing is delivered any more.</summary>
    public bool IsClosed => _closed || !Lease.IsValid;

    /// <summary>Events in memory that are not done.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Close() => _closed = true;

    /// <summary>What to read next; nothing if there is no room.</summary>
    public List<PageRequest> Plan(TimeSpan restartEvery)
    {
        lock (Lock)
        {
            // A read that starts now does not see what was acknowledged before: it need not be recognised any more.
            foreach (var key in _acknowledged)
                _known.Remove(key);
            _acknowledged.Clear();
            MakeRoom();
            RestartIfIdle(restartEvery);
            List<PageRequest> pages = [];
            var room = limits.Events - _count;
            if (room <= 0)
                return pages;
            var limit = Math.Min(room, limits.Page);
            if (_parked.Count < limits.Parked)
                pages.Add(new(PageKind.Next, _cursor.Last, limit));
            foreach (var (xid, position) in _cursor.Gaps)
                pages.Add(new(PageKind.Gap, new(xid, position), limit));
            if (NextParked() is { } after)
                pages.Add(new(PageKind.Parked, after, limits.Page * ParkedPages));
            return pages;
        }
    }

    /// <summary>Takes what was read. All pages of one plan, from one snapshot; rows in the order of their keys.</summary>
    /// <returns>Whether there may be more to read at once.</returns>
    public bool Accept(IReadOnlyList<(PageRequest Page, List<OutboxRow> Rows)> pages, TransactionSnapshot snapshot)
    {
        lock (Lock)
        {
            _first ??= snapshot;
            if (!_cursor.Continues(snapshot))
            {
                _cursor.Restart();
                return true;
            }

            var more = false;
            foreach (var (page, rows) in pages.OrderByDescending(p => p.Page.Kind))
            {
                var full = rows.Count >= page.Limit;
                if (page.Kind == PageKind.Gap)
                    AcceptGap(page, rows, full, snapshot);
                else if (page.Kind == PageKind.Parked)
                    AcceptParked(rows, full);
                else
                    AcceptNext(rows, snapshot);
                more |= full;
            }

            if (_news.Count > 0)
                News.Set();
            return more && _count < limits.Events;
        }
    }

    /// <summary>Tells the agent of streams that have something new, at most of so many.</summary>
    public IList<IBatchContainer> TakeNews(int most)
    {
        List<IBatchContainer> told = [];
        lock (Lock)
        {
            while (!IsClosed && told.Count < most && _news.TryDequeue(out var stream))
            {
                var from = Math.Max(stream.Told, stream.Start);
                if (from >= stream.End)
                    continue;
                told.Add(new OutboxBatch(stream.Stream, stream[from].Sequence, stream.Range(from, limits.Batch)));
                stream.Told = stream.End;
                if (stream is { HasCursors: false, AloneSince: null })
                {
                    stream.AloneSince = clock.GetTimestamp();
                    _alone.Add(stream);
                }
            }

            if (_news.Count > 0)
                News.Set();
        }

        return told;
    }

    /// <summary>Takes what is to be acknowledged. Until it is (<see cref="Acknowledged"/>) it is remembered.</summary>
    public List<OutboxKey> TakeDone(int most)
    {
        lock (Lock)
        {
            var taken = _done.Count <= most ? [.. _done] : _done.GetRange(0, most);
            _done.RemoveRange(0, taken.Count);
            return taken;
        }
    }

    /// <summary>These are deleted. A read that is under way may still bring them.</summary>
    public void Acknowledged(List<OutboxKey> keys)
    {
        lock (Lock)
            _acknowledged.AddRange(keys);
    }

    /// <summary>These could not be deleted, and are to be another time.</summary>
    public void NotAcknowledged(List<OutboxKey> keys)
    {
        lock (Lock)
            _done.InsertRange(0, keys);
    }

    /// <summary>Takes what the engine gave up, by stream: it is done when somebody has written that down.</summary>
    public Dictionary<StreamId, List<QueuedEvent>> TakeGivenUp()
    {
        lock (Lock)
        {
            Dictionary<StreamId, List<QueuedEvent>> taken = new(_givenUp);
            _givenUp.Clear();
            return taken;
        }
    }

    /// <summary>What the engine gave up is done now, or is to be looked at again.</summary>
    public void GivenUp(StreamId stream, List<QueuedEvent> events, bool written)
    {
        lock (Lock)
        {
            if (written)
                _done.AddRange(events.Select(e => e.Key));
            else
                _givenUp[stream] = [.. events, .. _givenUp.GetValueOrDefault(stream) ?? []];
        }
    }

    public void AddToCache(IList<IBatchContainer> messages)
    {
        // They are here since they were read; the agent is told of them, not handed them.
    }

    /// <summary>Nothing is handed back: what is done is acknowledged by itself. But it is the time to see what concerns nobody.</summary>
    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        lock (Lock)
        {
            if (!IsClosed)
                _alone.RemoveAll(SettleIfAlone);
        }

        return false;
    }

    /// <summary>A cursor at the oldest event that is not done; there is no going back, so the token does not matter.</summary>
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        lock (Lock)
        {
            var stream = Find(streamId);
            var cursor = new BufferCursor(this, stream, limits.Batch);
            stream.Attach(cursor);
            return cursor;
        }
    }

    /// <summary>Never: no more is read than there is room for.</summary>
    public bool IsUnderPressure() => false;

    public int GetMaxAddCount() => limits.Events;

    /// <summary>Takes out what all subscribers of a stream are done with.</summary>
    internal void Settle(StreamQueue stream)
    {
        if (IsClosed)
            return;
        var full = _count >= limits.Events;
        Tell(stream, full, stream.TakeDone(queued => Done(stream, queued)));
        if (!stream.HasCursors && stream is { Count: > 0, AloneSince: null })
        {
            stream.AloneSince = clock.GetTimestamp();
            _alone.Add(stream);
        }
    }

    private void Done(StreamQueue stream, QueuedEvent queued)
    {
        _count--;
        if (!queued.GivenUp)
            _done.Add(queued.Key);
        else if (_givenUp.TryGetValue(stream.Stream, out var others))
            others.Add(queued);
        else
            _givenUp.Add(stream.Stream, [queued]);
    }

    private bool SettleIfAlone(StreamQueue stream)
    {
        if (stream.HasCursors || stream.AloneSince is not { } since)
            return true;
        if (clock.GetElapsedTime(since) < AlonePause)
            return false;
        stream.AloneSince = null;
        var full = _count >= limits.Events;
        var taken = stream.TakeUntil(stream.Told, queued => Done(stream, queued));
        if (taken > 0)
            Unwanted(stream.Stream.GetNamespace() ?? "");
        Tell(stream, full, taken);
        return true;
    }

    private void Tell(StreamQueue stream, bool wasFull, int taken)
    {
        if (taken > 0)
            HasDone();
        if (taken > 0 && (wasFull || stream.ParkedFrom is not null))
            HasRoom();
        ForgetIfEmpty(stream);
    }

    private void AcceptNext(List<OutboxRow> rows, TransactionSnapshot snapshot)
    {
        foreach (var row in rows)
            Offer(row, catchingUp: false);
        if (rows.Count > 0)
            _cursor.Advance(rows[^1].Key, snapshot);
    }

    private void AcceptGap(PageRequest page, List<OutboxRow> rows, bool full, TransactionSnapshot snapshot)
    {
        foreach (var row in rows)
            Offer(row, catchingUp: false);
        _cursor.ReadGap(page.After.Xid, rows.Count > 0 ? rows[^1].Key.Position : null, !full, snapshot);
    }

    private void AcceptParked(List<OutboxRow> rows, bool full)
    {
        foreach (var row in rows)
        {
            if (row.Key > _cursor.Last)
            {
                full = false;
                break;
            }

            Offer(row, catchingUp: true);
            _scan = row.Key;
        }

        if (full && _parked.Any(stream => !stream.StaysParked))
            return;
        _scan = null;
        if (!full)
            _parked.RemoveWhere(UnparkIfCaughtUp);
    }

    private bool UnparkIfCaughtUp(StreamQueue stream)
    {
        if (stream.StaysParked)
            return false;
        stream.Unpark();
        ForgetIfEmpty(stream);
        return true;
    }

    /// <summary>Where to read on for parked streams that have room; null if there are none.</summary>
    private OutboxKey? NextParked()
    {
        if (_parked.Count == 0 || _scan is not null)
            return _scan;
        OutboxKey? first = null;
        foreach (var stream in _parked)
        {
            var from = stream.ParkedFrom!.Value;
            stream.StaysParked = stream.IsStalled || stream.Count > limits.EventsOfStream / 2;
            if (!stream.StaysParked && (first is null || from < first))
                first = from;
        }

        return _scan = first?.Before();
    }

    private void Offer(OutboxRow row, bool catchingUp)
    {
        if (_known.Contains(row.Key))
            return;
        var stream = Find(row.Stream);
        if (stream.ParkedFrom is { } from)
        {
            if (!catchingUp || stream.StaysParked || row.Key < from || stream.Count >= limits.EventsOfStream)
            {
                // What lies where this catching up has been already is left for the next one.
                stream.StaysParked |= catchingUp || row.Key <= _scan;
                stream.Park(row.Key);
                return;
            }

            stream.CaughtUpTo(row.Key);
        }
        else if (stream.Count >= limits.EventsOfStream)
        {
            stream.Park(row.Key);
            stream.StaysParked = true;
            _parked.Add(stream);
            return;
        }

        Take(stream, row);
    }

    private void Take(StreamQueue stream, OutboxRow row)
    {
        _known.Add(row.Key);
        var again = _first!.Sees(row.Key.Xid);
        stream.Add(new(row.Key, new(row.Id, row.Payload, row.RaisedAt, again), _sequence++));
        _count++;
        if (stream.End - Math.Max(stream.Told, stream.Start) == 1)
            _news.Enqueue(stream);
    }

    /// <summary>When it is getting full, streams that do not get on keep what is under way, and put the rest back.</summary>
    private void MakeRoom()
    {
        if (_count < limits.Events - limits.Events / 4 || clock.GetElapsedTime(_looked) < StalledAfter)
            return;
        _looked = clock.GetTimestamp();
        foreach (var stream in _streams.Values)
        {
            if (!stream.GotOn && stream.HasCursors && stream.PutBack(PutBack))
                _parked.Add(stream);
            stream.GotOn = false;
        }
    }

    private void PutBack(QueuedEvent queued)
    {
        _known.Remove(queued.Key);
        _count--;
    }

    /// <summary>With nothing in memory it costs nothing to look whether there is anything that should be.</summary>
    private void RestartIfIdle(TimeSpan every)
    {
        if (_known.Count > 0 || _parked.Count > 0 || clock.GetElapsedTime(_restarted) < every)
            return;
        _restarted = clock.GetTimestamp();
        _cursor.Restart();
    }

    private StreamQueue Find(StreamId id)
    {
        if (!_streams.TryGetValue(id, out var stream))
            _streams.Add(id, stream = new StreamQueue(id));
        return stream;
    }

    private void ForgetIfEmpty(StreamQueue stream)
    {
        if (stream is { Count: 0, HasCursors: false, ParkedFrom: null })
            _streams.Remove(stream.Stream);
    }
}
