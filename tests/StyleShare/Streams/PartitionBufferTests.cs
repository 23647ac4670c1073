using System.Globalization;
using Orleans.Streams;
using StyleShare.Streams;

namespace StyleShare.Tests.Streams;

/// <summary>The buffer of a partition, between a model of the outbox and subscribers that do as they like.</summary>
public sealed class PartitionBufferTests
{
    private static readonly BufferLimits Small = new(Events: 64, EventsOfStream: 8, Parked: 10, Batch: 3, Page: 7);

    private readonly ModelOutbox _outbox = new();
    private readonly StandingClock _clock = new();
    private readonly Dictionary<StreamId, Reader> _readers = [];
    private readonly HashSet<string> _unwanted = [];
    private readonly Lease _lease;
    private readonly PartitionBuffer _buffer;

    public PartitionBufferTests()
    {
        _lease = new Lease(0, 7, long.MaxValue, _clock);
        _buffer = new PartitionBuffer(_lease, Small, _clock) { Unwanted = ns => _unwanted.Add(ns) };
    }

    [Fact]
    public void A_stream_that_does_not_get_on_is_parked_and_others_flow()
    {
        Commit("stuck", 0, 1_000);
        Commit("other", 0, 50);
        Turn();
        for (var i = 0; i < 400; i++)
        {
            Turn();
            Reader("other").Take();
            Acknowledge();
        }

        Assert.Equal(Enumerable.Range(0, 50), Reader("other").Numbers);
        Assert.True(_buffer.Count <= Small.EventsOfStream, $"{_buffer.Count}");
        Drain();
        Assert.Equal(Enumerable.Range(0, 1_000), Reader("stuck").Numbers);
    }

    [Fact]
    public void Many_streams_that_do_not_get_on_leave_room_for_others()
    {
        for (var stream = 0; stream < 9; stream++)
            Commit($"stuck{stream}", 0, 8);
        for (var i = 0; i < 40; i++)
            Turn();
        for (var stream = 0; stream < 9; stream++)
            Reader($"stuck{stream}").Begin();
        Commit("other", 0, 20);
        for (var i = 0; i < 200; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Turn();
            Reader("other").Take();
            Acknowledge();
        }

        Assert.Equal(Enumerable.Range(0, 20), Reader("other").Numbers);
        Drain();
        for (var stream = 0; stream < 9; stream++)
            Assert.Equal(Enumerable.Range(0, 8), Reader($"stuck{stream}").Numbers);
    }

    [Fact]
    public void Events_that_nobody_subscribes_to_are_acknowledged_after_a_while()
    {
        Commit("nobodys", 0, 5);
        Read();
        _buffer.TakeNews(100);
        _buffer.TryPurgeFromCache(out _);
        Assert.Empty(_buffer.TakeDone(100));
        _clock.Advance(TimeSpan.FromSeconds(2));
        _buffer.TryPurgeFromCache(out _);
        Acknowledge();
        Assert.Equal(0, _outbox.Count);
        Assert.Equal(["model"], _unwanted);
    }

    [Fact]
    public void What_a_reader_had_not_passed_comes_again_to_the_next_and_says_so()
    {
        Commit("s", 0, 2);
        Read();
        Tell();
        Reader("s").Begin();
        Reader("s").Cursor.Dispose();
        var next = _buffer.GetCacheCursor(StreamId.Create("model", "s"), null);
        Assert.True(next.MoveNext());
        var events = next.GetCurrent(out _).GetEvents<StreamEvent>().Select(e => e.Item1).ToList();
        Assert.Equal(["0", "1"], events.Select(e => e.Payload));
        Assert.All(events, e => Assert.True(e.Redelivered));
        Assert.Empty(_buffer.TakeDone(100));
    }

    [Fact]
    public void Events_from_before_the_first_read_may_have_come_before_and_later_ones_have_not()
    {
        Commit("s", 0, 1);
        Read();
        Commit("s", 1, 1);
        Read();
        Tell();
        var cursor = Reader("s").Cursor;
        Assert.True(cursor.MoveNext());
        Assert.Equal([true, false], cursor.GetCurrent(out _).GetEvents<StreamEvent>().Select(e => e.Item1.Redelivered));
        Assert.All(cursor.GetCurrent(out _).GetEvents<StreamEvent>(), e => Assert.True(e.Item1.Redelivered));
    }

    [Fact]
    public void Of_a_lease_that_has_run_out_nothing_is_delivered_or_acknowledged()
    {
        Commit("s", 0, 10);
        Read();
        Tell();
        var cursor = Reader("s").Cursor;
        Assert.True(cursor.MoveNext());
        _lease.End();
        Assert.False(cursor.MoveNext());
        Assert.Empty(_buffer.TakeDone(100));
        Assert.Empty(_buffer.TakeNews(100));
    }

    [Fact]
    public void What_the_engine_gave_up_is_not_acknowledged_before_it_is_written_down()
    {
        Commit("s", 0, 4);
        Read();
        Tell();
        var cursor = Reader("s").Cursor;
        Assert.True(cursor.MoveNext());
        cursor.RecordDeliveryFailure();
        Assert.True(cursor.MoveNext());
        Assert.Empty(_buffer.TakeDone(100));
        var (stream, events) = Assert.Single(_buffer.TakeGivenUp());
        Assert.Equal(3, events.Count);
        _buffer.GivenUp(stream, events, written: false);
        (stream, events) = Assert.Single(_buffer.TakeGivenUp());
        _buffer.GivenUp(stream, events, written: true);
        Assert.Equal(3, _buffer.TakeDone(100).Count);
    }

    [Fact]
    public void Whatever_happens_each_event_comes_once_and_in_order()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        const int Streams = 40;
        var raised = new int[Streams];
        Dictionary<int, ulong> open = [];
        List<OutboxKey> deleted = [];
        for (var step = 0; step < 6_000; step++)
        {
            // Few streams get most events. A stream is written by one grain: one transaction at a time.
            var stream = (int)(Streams * Math.Pow(random.NextDouble(), 3));
            switch (random.Next(9))
            {
                case 0 or 1:
                    if (open.Remove(stream, out var xid))
                    {
                        _outbox.Commit(xid);
                        break;
                    }

                    open.Add(stream, xid = _outbox.Begin());
                    for (var i = random.Next(1, 4); i > 0; i--)
                        _outbox.Insert(xid, $"{stream}", raised[stream]++);
                    break;
                case 2 or 3:
                    Read();
                    break;
                case 4:
                    Tell();
                    break;
                case 5 when step % 1_000 > 300:
                    // Of some there is nothing heard for a while.
                    if (stream % 5 != step / 1_500 % 5 && _readers.TryGetValue(StreamId.Create("model", $"{stream}"), out var reader))
                        reader.Take();
                    break;
                case 6:
                    var done = _buffer.TakeDone(random.Next(1, 20));
                    _outbox.Delete(done);
                    deleted.AddRange(done);
                    break;
                case 7:
                    _buffer.Acknowledged([.. deleted]);
                    deleted.Clear();
                    break;
                default:
                    _clock.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
                    break;
            }

            Assert.True(_buffer.Count <= Small.Events + (open.Count + 2) * Small.Page, $"seed {seed}: {_buffer.Count}");
        }

        _buffer.Acknowledged(deleted);
        foreach (var xid in open.Values)
            _outbox.Commit(xid);
        Drain();
        for (var stream = 0; stream < Streams; stream++)
        {
            var numbers = Reader($"{stream}").Numbers;
            var wrong = Enumerable.Range(0, Math.Max(raised[stream], numbers.Count)).FirstOrDefault(i => numbers.ElementAtOrDefault(i) != i, -1);
            Assert.True(
                numbers.Count == raised[stream] && wrong < 0,
                $"seed {seed}: stream {stream} got {numbers.Count} of {raised[stream]}, at {wrong}: {string.Join(' ', numbers.Skip(wrong - 5).Take(20))}");
        }

        Assert.Equal(0, _outbox.Count);
    }

    private void Commit(string stream, int from, int count)
    {
        var xid = _outbox.Begin();
        for (var number = from; number < from + count; number++)
            _outbox.Insert(xid, stream, number);
        _outbox.Commit(xid);
    }

    private void Read()
    {
        var pages = _buffer.Plan(TimeSpan.FromSeconds(1)).Select(page => (page, _outbox.Read(page))).ToList();
        if (pages.Count > 0)
            _buffer.Accept(pages, _outbox.Snapshot());
    }

    /// <summary>As an agent does: what is new gets a reader at once.</summary>
    private void Tell()
    {
        _buffer.TryPurgeFromCache(out _);
        foreach (var batch in _buffer.TakeNews(5))
            Reader(batch.StreamId);
    }

    private void Turn()
    {
        Read();
        Tell();
    }

    private void Acknowledge()
    {
        var done = _buffer.TakeDone(1_000);
        _outbox.Delete(done);
        _buffer.Acknowledged(done);
    }

    private void Drain()
    {
        // A stream may have to wait until all that others left was walked past.
        for (var idle = 0; idle < 1_000 && (_outbox.Count > 0 || idle < 20); idle++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            Turn();
            foreach (var reader in _readers.Values)
            {
                if (reader.Take())
                    idle = 0;
            }

            Acknowledge();
        }
    }

    private Reader Reader(string stream) => Reader(StreamId.Create("model", stream));

    private Reader Reader(StreamId stream)
    {
        if (!_readers.TryGetValue(stream, out var reader))
            _readers.Add(stream, reader = new Reader(_buffer.GetCacheCursor(stream, null)));
        return reader;
    }
}

/// <summary>A subscriber: it is done with a batch when it asks for the next.</summary>
internal sealed class Reader(IQueueCacheCursor cursor)
{
    public IQueueCacheCursor Cursor => cursor;

    public List<int> Numbers { get; } = [];

    /// <summary>Takes a batch and keeps at it.</summary>
    public bool Begin()
    {
        if (!cursor.MoveNext())
            return false;
        Numbers.AddRange(cursor.GetCurrent(out _).GetEvents<StreamEvent>()
            .Select(e => int.Parse(e.Item1.Payload, CultureInfo.InvariantCulture)));
        return true;
    }

    public bool Take() => Begin();
}
