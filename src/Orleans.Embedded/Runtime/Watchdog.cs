namespace Orleans.Embedded;

/// <summary>
/// Times calls out. There is no timer a call: once a period it looks at the activations that were left with unfinished
/// requests, and at those that run on a thread just then, for one of them may block it.
/// </summary>
internal sealed class Watchdog(Silo silo)
{
    private readonly Lock _lock = new();
    private readonly List<IMessage> _overdue = [];
    private readonly List<IMessage> _scratch = [];
    private readonly List<Activation> _look = [];
    private List<Activation> _watched = [];
    private List<Activation> _spare = [];

    /// <summary>Has an activation looked at until it has no unfinished requests.</summary>
    public void Watch(Activation activation)
    {
        lock (_lock)
            _watched.Add(activation);
    }

    public Task RunAsync(CancellationToken stop) =>
        PeriodicLoop.RunAsync(silo, TimeSpan.FromMilliseconds(silo.Clock.Period), Look, stop);

    public void TimeOut(IMessage request, Activation activation) => TimeOut(request, $"The activation is {activation.Describe()}.");

    /// <summary>Fails a request whose caller waited long enough.</summary>
    public void TimeOut(IMessage request, string why)
    {
        var timeout = TimeSpan.FromMilliseconds(request.Header.Target.Shared.TimeoutOf(request));
        if (request.Fail(new TimeoutException(
            $"Response did not arrive on time in {timeout} for {request.GetActivityName()} of {request.Header.Target.GrainId}. {why}")))
            silo.Metrics.OnTimedOut();
    }

    private void Look()
    {
        silo.Clock.Tick();
        List<Activation> watched;
        lock (_lock)
        {
            watched = _watched;
            _watched = _spare;
        }

        foreach (var activation in watched)
        {
            activation.ForceStopIfOverdue();
            if (LookAt(activation))
                Watch(activation);
        }

        watched.Clear();
        _spare = watched;
        silo.Messages.TimeOutOverdue();

        _look.Clear();
        TurnThread.CollectRunning(_look);
        foreach (var activation in _look)
        {
            if (ReferenceEquals(activation.Class.Silo, silo))
                LookAt(activation);
        }
    }

    private bool LookAt(Activation activation)
    {
        _overdue.Clear();
        var keep = activation.CollectOverdue(_overdue, _scratch);
        foreach (var request in _overdue)
            TimeOut(request, activation);
        return keep;
    }
}
