namespace Orleans.Embedded;

/// <summary>Requests in order of arrival, from whose middle some may be taken. Not synchronised.</summary>
internal sealed class RequestQueue
{
    // Taken ones leave a null, which the head passes over.
    private readonly List<IMessage?> _items = [];
    private int _head;

    public int Count { get; private set; }

    /// <summary>How many of them may run beside readers.</summary>
    public int Readers { get; private set; }

    /// <summary>How many of them may run beside anything: by their method, or by the call chain that they belong to.</summary>
    public int Interleaving { get; private set; }

    public IMessage? First
    {
        get
        {
            while (_head < _items.Count && _items[_head] is null)
                _head++;
            return _head < _items.Count ? _items[_head] : null;
        }
    }

    public void Add(IMessage request)
    {
        _items.Add(request);
        Change(request, 1);
    }

    public void RemoveFirst()
    {
        if (First is null)
            return;
        RemoveAt(_head);
        if (_head > 32 && _head > _items.Count / 2)
        {
            _items.RemoveRange(0, _head);
            _head = 0;
        }
    }

    /// <summary>Takes out the first that is accepted, from a place on; the place moves to behind it.</summary>
    public IMessage? Take(Func<IMessage, bool> accept, ref int place)
    {
        for (place = Math.Max(place, _head); place < _items.Count; place++)
        {
            if (_items[place] is { } request && accept(request))
            {
                RemoveAt(place);
                return request;
            }
        }

        return null;
    }

    public void CopyTo(List<IMessage> target)
    {
        for (var i = _head; i < _items.Count; i++)
        {
            if (_items[i] is { } request)
                target.Add(request);
        }
    }

    public void RemoveDone()
    {
        for (var i = _head; i < _items.Count; i++)
        {
            if (_items[i] is { IsDone: true })
                RemoveAt(i);
        }
    }

    private void RemoveAt(int index)
    {
        Change(_items[index]!, -1);
        _items[index] = null;
        if (Count == 0)
        {
            _items.Clear();
            _head = 0;
        }
    }

    private void Change(IMessage request, int by)
    {
        Count += by;
        if (request.Method.IsReadOnly)
            Readers += by;
        if (request.Method.IsAlwaysInterleave || request.Header.Context is { IsOfReentrantChain: true })
            Interleaving += by;
    }
}
