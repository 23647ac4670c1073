namespace Orleans.Embedded;

/// <summary>Requests in order of arrival, from whose middle some may be taken. Not synchronised.</summary>
internal sealed class RequestQueue
{
    // Taken ones leave a null, which the head passes over.
    private readonly List<IMessage?> _items = [];
    private int _head;

    public int Count { get; private set; }

    public void Add(IMessage request)
    {
        _items.Add(request);
        Count++;
    }

    public IMessage? First
    {
        get
        {
            while (_head < _items.Count && _items[_head] is null)
                _head++;
            return _head < _items.Count ? _items[_head] : null;
        }
    }

    public void RemoveFirst()
    {
        if (First is null)
            return;
        _items[_head++] = null;
        Count--;
        if (_head == _items.Count)
        {
            _items.Clear();
            _head = 0;
        }
        else if (_head > 32 && _head > _items.Count / 2)
        {
            _items.RemoveRange(0, _head);
            _head = 0;
        }
    }

    /// <summary>Takes out the first that is accepted.</summary>
    public IMessage? Take(Func<IMessage, bool> accept)
    {
        for (var i = _head; i < _items.Count; i++)
        {
            if (_items[i] is { } request && accept(request))
            {
                _items[i] = null;
                Count--;
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
            {
                _items[i] = null;
                Count--;
            }
        }
    }

    public void Clear()
    {
        _items.Clear();
        _head = 0;
        Count = 0;
    }
}
