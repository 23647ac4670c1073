namespace Orleans.Embedded;

// What the watchdog asks of an activation that may be stuck.
internal sealed partial class Activation
{
    /// <summary>Collects requests whose callers waited long enough; false if there is nothing left to watch.</summary>
    public bool CollectOverdue(List<IMessage> overdue, List<IMessage> scratch)
    {
        scratch.Clear();
        EnterGate();
        _waiting?.RemoveDone();
        CollectRequestsInGate(scratch);
        var keep = _isScheduled || scratch.Count != 0 || _state is ActivationState.Stopping;
        if (!keep)
            _isWatched = false;
        ExitGate();

        var now = Class.Silo.Clock.Milliseconds;
        foreach (var request in scratch)
        {
            // Timer ticks have no caller.
            if (request.Header.Target is { } target && !request.IsDone && now - request.Header.SentAt > target.Shared.TimeoutOf(request))
                overdue.Add(request);
        }

        return keep;
    }

    private void CollectRequestsInGate(List<IMessage> into)
    {
        if (_first.Target is IMessage first)
            into.Add(first);
        if (_more is not null)
        {
            foreach (var item in _more)
            {
                if (item.Target is IMessage request)
                    into.Add(request);
            }
        }

        _waiting?.CopyTo(into);
        if (_running is not null)
            into.AddRange(_running);
        if (_executing is { } executing)
            into.Add(executing);
    }

    /// <summary>Ends an activation that was asked to stop long ago, though requests in it have not finished.</summary>
    public void ForceStopIfOverdue()
    {
        if (_state == ActivationState.Stopping
            && Class.Silo.Clock.Milliseconds - ExtrasOrNew.StopAskedAt > Class.Silo.Collection.DeactivationTimeout.TotalMilliseconds)
            Post(ForceStopCallback, this);
    }

    /// <summary>For the text of a timeout: what the activation is doing.</summary>
    public string Describe()
    {
        EnterGate();
        var running = _running is null ? [] : _running.Select(request => request.Method.Name).ToList();
        var queued = QueueLength;
        ExitGate();
        if (_executing is { } executing)
            running.Add(executing.Method.Name);
        var what = running.Count == 0 ? "runs nothing" : $"runs {string.Join(", ", running.Take(8))}";
        return $"{_state}, {what}, {queued} waiting";
    }
}
