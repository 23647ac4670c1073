namespace Orleans.Embedded;

// The queue of turns. Whoever adds the first item to an idle activation hands it to the thread pool; one thread at a time
// then runs its turns until there are none.
internal sealed partial class Activation
{
    // A burst longer than this goes to the end of the pool's queue, so that no activation keeps a thread for itself.
    private const int MaxTurnsInBurst = 64;

    private int _gate;
    private bool _isScheduled;
    private WorkItem _first;
    private TurnContext? _turnContext;
    private Queue<WorkItem>? _more;

    /// <summary>An activation's <c>await</c>s come back through here.</summary>
    public void Post(SendOrPostCallback d, object? state) => Post(new WorkItem(d, state));

    /// <summary>A task that the grain's code started.</summary>
    public void Post(Task task) => Post(new WorkItem(task, null));

    /// <summary>Makes the next turn's context the thread's. One that no await can have captured serves again.</summary>
    public void EnterTurnContext() => SynchronizationContext.SetSynchronizationContext(_turnContext ??= new TurnContext(this));

    /// <summary>The turn's context may have been captured.</summary>
    public void SpendTurnContext() => _turnContext = null;

    void IThreadPoolWorkItem.Execute()
    {
        using var scope = new TurnScope(this);
        if (TurnMark.IsSupported)
            RunBurst();
        else
            new Task(static activation => ((Activation)activation!).RunBurst(), this).RunSynchronously(TaskScheduler);
    }

    private void RunBurst()
    {
        for (var turn = 0; turn < MaxTurnsInBurst; turn++)
        {
            if (!TryTakeTurn(out var item))
                return;
            RunTurn(item);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Post(WorkItem item)
    {
        EnterGate();
        var wake = Add(item);
        ExitGate();
        // On the thread that has just brought what was awaited, while it is warm. Calls go to the end of the queue of all, so
        // that a chain of calls and answers does not keep a thread for itself.
        if (wake)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    // In the gate. True if the caller must have the activation run.
    private bool Add(WorkItem item)
    {
        if (_first.Target is null)
            _first = item;
        else
            (_more ??= new Queue<WorkItem>(2)).Enqueue(item);

        var wake = !_isScheduled;
        _isScheduled = true;
        return wake;
    }

    // False if there is nothing left to do: the activation is then free for the next to add something.
    private bool TryTakeTurn(out WorkItem item)
    {
        EnterGate();
        item = _first;
        if (item.Target is not null)
            _first = _more is { Count: > 0 } ? _more.Dequeue() : default;
        else
            EndBurst();
        ExitGate();
        return item.Target is not null;
    }

    // In the gate.
    private void EndBurst()
    {
        _isScheduled = false;
        if (!_isWatched && (IsRunningRequests || _waiting is { Count: > 0 }))
        {
            _isWatched = true;
            Class.Silo.Watchdog.Watch(this);
        }
    }

    private void RunTurn(WorkItem item)
    {
        if (_turnContext is null)
            EnterTurnContext();
        try
        {
            if (item.Target is IMessage request)
            {
                Receive(request);
            }
            else
            {
                if (item.Target is SendOrPostCallback callback)
                    callback(item.State);
                else if (item.Target is Task task)
                    TaskScheduler.Execute(task);
                SpendTurnContext();
            }
        }
        catch (Exception exception)
        {
            // Of an async void method, or of ours: calls bring their own to their callers.
            Class.Silo.Log.TurnFailed(GrainId, exception);
        }

        RestoreCleanContext();
        if (_mayUnblock)
            Unblock();
    }

    // A method that is not async may have left changes of AsyncLocals behind.
    private static void RestoreCleanContext()
    {
        if (!ReferenceEquals(ExecutionContext.Capture(), TurnThread.CleanContext))
            ExecutionContext.Restore(TurnThread.CleanContext);
    }

    private void EnterGate()
    {
        if (Interlocked.CompareExchange(ref _gate, 1, 0) != 0)
            Spin();

        void Spin()
        {
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _gate) != 0 || Interlocked.CompareExchange(ref _gate, 1, 0) != 0)
                spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void ExitGate() => Volatile.Write(ref _gate, 0);

    // A request, a callback with its state, or a task.
    private readonly record struct WorkItem(object? Target, object? State);
}
