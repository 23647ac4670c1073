using StyleShare.Streams;

namespace StyleShare.Tests.Streams;

/// <summary>The outbox of one partition as PostgreSQL shows it: transactions are numbered when they begin, and seen when they have ended.</summary>
internal sealed class ModelOutbox
{
    private readonly SortedSet<OutboxRow> _rows = new(Comparer<OutboxRow>.Create(static (a, b) => a.Key.CompareTo(b.Key)));
    private readonly SortedSet<ulong> _open = [];
    private ulong _next = 100;
    private ulong _ended = 99;
    private long _position;

    public int Count => _rows.Count;

    public ulong Begin()
    {
        _open.Add(_next);
        return _next++;
    }

    public OutboxRow Insert(ulong xid, string stream, int number)
    {
        var row = new OutboxRow(new OutboxKey(xid, ++_position), StreamId.Create("model", stream), Guid.NewGuid(), $"{number}", DateTimeOffset.UnixEpoch);
        _rows.Add(row);
        return row;
    }

    public void Commit(ulong xid)
    {
        _open.Remove(xid);
        _ended = Math.Max(_ended, xid);
    }

    public void RollBack(ulong xid)
    {
        _rows.RemoveWhere(row => row.Key.Xid == xid);
        Commit(xid);
    }

    public void Delete(IEnumerable<OutboxKey> keys)
    {
        foreach (var key in keys)
            Assert.True(_rows.Remove(At(key)), "It was acknowledged twice.");
    }

    /// <summary>As the server has it: open ones above the last that has ended are not listed, but above the end.</summary>
    public TransactionSnapshot Snapshot() => new(_ended + 1, [.. _open.Where(xid => xid <= _ended)]);

    public List<OutboxRow> Read(PageRequest page)
    {
        var snapshot = Snapshot();
        var last = page.Kind == PageKind.Gap ? new OutboxKey(page.After.Xid, long.MaxValue) : new OutboxKey(ulong.MaxValue, long.MaxValue);
        return [.. _rows.GetViewBetween(At(page.After), At(last))
            .Where(row => snapshot.Sees(row.Key.Xid) && row.Key > page.After).Take(page.Limit)];
    }

    private static OutboxRow At(OutboxKey key) => new(key, default, default, "", default);
}

/// <summary>A clock that stands until it is set forward.</summary>
internal sealed class StandingClock : TimeProvider
{
    private long _now = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);
}
