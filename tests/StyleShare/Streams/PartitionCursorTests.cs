using StyleShare.Streams;

namespace StyleShare.Tests.Streams;

public sealed class PartitionCursorTests
{
    private readonly ModelOutbox _outbox = new();
    private readonly PartitionCursor _cursor = new();
    private readonly List<OutboxKey> _read = [];

    [Fact]
    public void An_event_that_is_committed_late_is_read_though_later_ones_were_read_before()
    {
        var early = _outbox.Begin();
        var late = _outbox.Insert(early, "s", 1);
        var other = _outbox.Begin();
        var first = _outbox.Insert(other, "s", 2);
        _outbox.Commit(other);
        Read(10);
        Assert.Equal([first.Key], _read);
        Read(10);
        _outbox.Commit(early);
        Read(10);
        Assert.Equal([first.Key, late.Key], _read);
        Assert.Empty(_cursor.Gaps);
    }

    [Fact]
    public void A_transaction_that_began_after_the_read_is_behind_it()
    {
        var first = _outbox.Begin();
        _outbox.Insert(first, "s", 1);
        _outbox.Commit(first);
        Read(10);
        var second = _outbox.Begin();
        _outbox.Insert(second, "s", 2);
        Read(10);
        Assert.Empty(_cursor.Gaps);
        _outbox.Commit(second);
        Read(10);
        Assert.Equal(2, _read.Count);
    }

    [Fact]
    public void An_open_transaction_costs_one_gap_and_goes_when_it_is_rolled_back()
    {
        var open = _outbox.Begin();
        _outbox.Insert(open, "s", 0);
        for (var i = 1; i <= 20; i++)
        {
            var xid = _outbox.Begin();
            _outbox.Insert(xid, "s", i);
            _outbox.Commit(xid);
            Read(3);
        }

        Assert.Equal([open], _cursor.Gaps.Keys);
        _outbox.RollBack(open);
        Read(3);
        Assert.Empty(_cursor.Gaps);
        Assert.Equal(20, _read.Count);
    }

    [Fact]
    public void A_large_transaction_that_was_open_is_read_in_pages()
    {
        var open = _outbox.Begin();
        for (var i = 0; i < 10; i++)
            _outbox.Insert(open, "s", i);
        var other = _outbox.Begin();
        _outbox.Insert(other, "s", 10);
        _outbox.Commit(other);
        Read(3);
        _outbox.Commit(open);
        for (var i = 0; i < 4; i++)
            Read(3);
        Assert.Equal(11, _read.Distinct().Count());
        Assert.Equal(11, _read.Count);
        Assert.Empty(_cursor.Gaps);
    }

    [Fact]
    public void An_older_copy_of_the_database_is_noticed()
    {
        _cursor.Advance(new OutboxKey(500, 1), new TransactionSnapshot(501));
        Assert.True(_cursor.Continues(new TransactionSnapshot(501)));
        Assert.False(_cursor.Continues(new TransactionSnapshot(480)));
    }

    [Fact]
    public void Whatever_order_transactions_end_in_each_event_is_read_once()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        List<ulong> open = [];
        HashSet<OutboxKey> committed = [];
        Dictionary<ulong, List<OutboxKey>> rows = [];
        for (var step = 0; step < 5_000; step++)
        {
            switch (random.Next(6))
            {
                case 0 when open.Count < 20:
                    open.Add(_outbox.Begin());
                    rows[open[^1]] = [];
                    break;
                case 1 or 2 when open.Count > 0:
                    var writer = open[random.Next(open.Count)];
                    rows[writer].Add(_outbox.Insert(writer, "s", step).Key);
                    break;
                case 3 when open.Count > 0:
                    var ended = open[random.Next(open.Count)];
                    open.Remove(ended);
                    if (random.Next(10) == 0)
                    {
                        _outbox.RollBack(ended);
                        break;
                    }

                    _outbox.Commit(ended);
                    committed.UnionWith(rows[ended]);
                    break;
                default:
                    Read(random.Next(1, 8));
                    break;
            }
        }

        foreach (var xid in open)
        {
            _outbox.Commit(xid);
            committed.UnionWith(rows[xid]);
        }

        while (Read(100) > 0)
            Assert.True(_read.Count <= committed.Count, $"seed {seed}");
        Assert.Equal(_read.Count, _read.Distinct().Count());
        Assert.True(committed.SetEquals(_read), $"seed {seed}");
    }

    private int Read(int limit)
    {
        // One statement: its gaps and what follows, of one snapshot.
        var snapshot = _outbox.Snapshot();
        var gaps = _cursor.Gaps.Select(gap => (gap.Key, Rows: Page(PageKind.Gap, new(gap.Key, gap.Value)))).ToList();
        var next = Page(PageKind.Next, _cursor.Last);
        foreach (var (xid, rows) in gaps)
        {
            _read.AddRange(rows.Select(row => row.Key));
            _cursor.ReadGap(xid, rows.Count > 0 ? rows[^1].Key.Position : null, rows.Count < limit, snapshot);
        }

        _read.AddRange(next.Select(row => row.Key));
        if (next.Count > 0)
            _cursor.Advance(next[^1].Key, snapshot);
        return next.Count + gaps.Sum(gap => gap.Rows.Count);

        List<OutboxRow> Page(PageKind kind, OutboxKey after) => _outbox.Read(new(kind, after, limit));
    }
}
