namespace Orleans.Embedded;

/// <summary>
/// The calls of one connection that wait for their answers. An id is a place in the table and the number of the call, so
/// that a late answer to a call that was forgotten does not find the next one in its place.
/// </summary>
/// <param name="sequence">The number of the last call before; numbers go on from connection to connection.</param>
internal sealed class CallTable(long sequence)
{
    /// <summary>How many calls fit in.</summary>
    public const int Capacity = 1 << PlaceBits;

    private const int PlaceBits = 20;

    private readonly Lock _lock = new();
    private readonly List<(IOutgoingCall Call, long Id)> _look = [];
    private Slot[] _slots = new Slot[64];
    private int _used;
    private int _firstFree = -1;
    private int _count;
    private long _sequence = sequence;

    public int Count => Volatile.Read(ref _count);

    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Takes a call in; its id is never 0. Whoever adds sees to it that there are at most <see cref="Capacity"/>.</summary>
    /// <param name="position">Where its frame begins in all that the connection sends.</param>
    public long Add(IOutgoingCall call, long position)
    {
        lock (_lock)
        {
            var place = _firstFree;
            if (place >= 0)
                _firstFree = _slots[place].NextFree;
            else if ((place = _used++) == _slots.Length)
                Array.Resize(ref _slots, place * 2);

            var id = (++_sequence << PlaceBits) | (uint)place;
            _slots[place] = new Slot { Call = call, Id = id, Position = position };
            _count++;
            return id;
        }
    }

    /// <summary>Takes out a call; null if it is not in it (any more).</summary>
    public IOutgoingCall? Take(long id)
    {
        var place = (int)(id & (Capacity - 1));
        lock (_lock)
        {
            if (place >= _used || _slots[place].Id != id || _slots[place].Call is not { } call)
                return null;
            Free(place);
            return call;
        }
    }

    /// <summary>Forgets those that someone has given up on. One at a time; they are asked without the lock, for they may do something about it.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            for (var place = 0; place < _used; place++)
            {
                if (_slots[place].Call is { } call)
                    _look.Add((call, _slots[place].Id));
            }
        }

        foreach (var (call, id) in _look)
        {
            if (call.IsDone)
                Take(id);
        }

        _look.Clear();
    }

    /// <summary>Takes out all, with the positions of their frames.</summary>
    public List<(IOutgoingCall Call, long Position)> TakeAll()
    {
        lock (_lock)
        {
            var all = new List<(IOutgoingCall, long)>(_count);
            for (var place = 0; place < _used; place++)
            {
                if (_slots[place].Call is not { } call)
                    continue;
                all.Add((call, _slots[place].Position));
                Free(place);
            }

            return all;
        }
    }

    private void Free(int place)
    {
        _slots[place] = new Slot { NextFree = _firstFree };
        _firstFree = place;
        _count--;
    }

    private struct Slot
    {
        public IOutgoingCall? Call;
        public long Id;
        public long Position;
        public int NextFree;
    }
}
