namespace Orleans.Embedded;

/// <summary>Requests that are neither in an activation nor on the wire, but wait to be sent somewhere: so that they time out all the same.</summary>
internal sealed class AdriftRequests
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IMessage, int> _requests = new(ReferenceEqualityComparer.Instance);

    public void Add(IMessage request)
    {
        lock (_lock)
            _requests[request] = _requests.GetValueOrDefault(request) + 1;
    }

    public void Remove(IMessage request)
    {
        lock (_lock)
        {
            if (_requests.GetValueOrDefault(request) is var times && times > 1)
                _requests[request] = times - 1;
            else
                _requests.Remove(request);
        }
    }

    public List<IMessage> All()
    {
        lock (_lock)
            return [.. _requests.Keys];
    }
}
