namespace Orleans.Embedded;

/// <summary>A thread that runs turns, and what it runs now; the watchdog looks at it for turns that block.</summary>
internal sealed class TurnThread
{
    // Whatever a caller's or an earlier turn's code left in the execution context, a turn begins with none of it.
    public static readonly ExecutionContext CleanContext = CaptureClean();

    private static readonly List<TurnThread> Threads = [];

    [ThreadStatic]
    private static TurnThread? Mine;

    private readonly Thread _thread = Thread.CurrentThread;

    public static TurnThread OfThisThread => Mine ?? Register();

    // Null where no turn ever ran.
    public static TurnThread? OfThisThreadOrNull => Mine;

    public Activation? Activation { get; set; }

    public int InlineDepth { get; set; }

    /// <summary>What runs at this moment on any thread of the process.</summary>
    public static void CollectRunning(List<Activation> into)
    {
        lock (Threads)
        {
            for (var i = Threads.Count - 1; i >= 0; i--)
            {
                if (!Threads[i]._thread.IsAlive)
                    Threads.RemoveAt(i);
                else if (Threads[i].Activation is { } activation)
                    into.Add(activation);
            }
        }
    }

    private static TurnThread Register()
    {
        var thread = new TurnThread();
        lock (Threads)
            Threads.Add(thread);
        return Mine = thread;
    }

    private static ExecutionContext CaptureClean()
    {
        ExecutionContext? context = null;
        var thread = new Thread(() => context = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return context!;
    }
}

/// <summary>
/// Marks the current thread as running turns of an activation: its <see cref="SynchronizationContext"/> is the turn's, so
/// that awaits return to the activation cheaply, and <see cref="TaskScheduler.Current"/> is the activation's scheduler, so that
/// <c>Task.Factory.StartNew</c> and <c>ContinueWith</c> stay in the grain too.
/// </summary>
internal readonly ref struct TurnScope
{
    private readonly TurnThread _thread;
    private readonly Activation? _outerActivation;
    private readonly SynchronizationContext? _outerContext;
    private readonly ref Task? _task;
    private readonly Task? _outerTask;

    public TurnScope(Activation activation)
    {
        _thread = TurnThread.OfThisThread;
        _outerActivation = _thread.Activation;
        _outerContext = SynchronizationContext.Current;
        _thread.Activation = activation;
        activation.EnterTurnContext();
        if (TurnMark.IsSupported)
        {
            _task = ref TurnMark.Slot(null);
            _outerTask = _task;
            _task = activation.TaskMark;
        }
    }

    public void Dispose()
    {
        if (TurnMark.IsSupported)
            _task = _outerTask;
        SynchronizationContext.SetSynchronizationContext(_outerContext);
        _thread.Activation = _outerActivation;
    }
}

/// <summary>
/// Brings the awaits of one turn back to the activation, as turns of their own. It is not the same object for all turns: a
/// task that completes in a turn runs its continuations there and then if they came from the same context, and while it
/// does, <see cref="TaskScheduler.Current"/> is not the activation's. From another turn's context they are posted.
/// </summary>
internal sealed class TurnContext(Activation activation) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => activation.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!ReferenceEquals(Activation.Current, activation))
            throw new NotSupportedException("A grain's turn cannot be waited for synchronously; use Post.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}

/// <summary>Brings tasks that grain code starts into the activation's turns.</summary>
internal sealed class TurnScheduler(Activation activation) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>A task that is for ever "running" on this scheduler.</summary>
    public Task CreateMark()
    {
        var mark = new Task(static _ => { }, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        // Started to bind it to the scheduler; the queue does not take it.
        mark.Start(this);
        return mark;
    }

    public void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if (activation.HasTaskMark)
            activation.Post(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        ReferenceEquals(Activation.Current, activation) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
