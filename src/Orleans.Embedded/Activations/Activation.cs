using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// One activation of a grain: its identity, the queue of its turns and the rules by which they run. It is the work item
/// that the thread pool runs, and the services of its grain; an idle one holds little else.
/// </summary>
internal sealed partial class Activation : IGrainContext, IClaimant, IThreadPoolWorkItem
{
    private readonly IdSpan _key;
    private Task? _taskMark;
    private Extras? _extras;

    public Activation(GrainClass grainClass, IdSpan key, WorkerGroup? group = null)
    {
        Class = grainClass;
        _key = key;
        LastUsed = grainClass.Silo.Clock.Milliseconds;
        if (group is not null)
            ExtrasOrNew.Group = group;
        // Before anyone sees it: the first turn is there, and it is up to the maker to have it run.
        _first = new WorkItem(ActivateCallback, this);
        _isScheduled = true;
    }

    public static Activation? Current => TurnThread.OfThisThreadOrNull?.Activation;

    public GrainClass Class { get; }

    public IdSpan Key => _key;

    public GrainId GrainId => new(Class.GrainType, _key);

    public object? GrainInstance { get; private set; }

    // Silo's coarse clock, in milliseconds; wraps.
    public int LastUsed { get; private set; }

    public long Claim { get; set; }

    public ActivationId ActivationId => Address.ActivationId;

    public GrainAddress Address
    {
        get
        {
            var extras = ExtrasOrNew;
            return extras.Address ?? Interlocked.CompareExchange(
                ref extras.Address,
                new GrainAddress { GrainId = GrainId, ActivationId = ActivationId.NewId(), SiloAddress = Class.Silo.Address },
                null) ?? extras.Address!;
        }
    }

    public GrainReference GrainReference => Class.Silo.GrainFactory.MakeReference(Class, _key);

    public IServiceProvider ActivationServices => this;

    public Task TaskMark => _taskMark ??= new TurnScheduler(this).CreateMark();

    // Not while it is being made.
    public bool HasTaskMark => _taskMark is not null;

    private TurnScheduler TaskScheduler => (TurnScheduler)TaskMark.AsyncState!;

    // What few activations need, or only some of the time.
    private Extras ExtrasOrNew => _extras ?? Interlocked.CompareExchange(ref _extras, new Extras(), null) ?? _extras!;

    public static Activation Of(IGrainContext context) => context as Activation
        ?? throw new ArgumentException("The grain context is not one of this runtime's.", nameof(context));

    /// <summary>Keeps the activation from being collected for so long; a negative span takes that back.</summary>
    public void DelayDeactivation(TimeSpan span)
    {
        var extras = ExtrasOrNew;
        extras.KeepUntil = span == TimeSpan.MaxValue || span == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue
            : span <= TimeSpan.Zero ? default
            : Class.Silo.TimeProvider.GetUtcNow() + span;
    }

    public void EnterReentrantSection(Guid id)
    {
        var extras = ExtrasOrNew;
        lock (extras)
            (extras.ReentrantSections ??= []).Add(id);
    }

    public void ExitReentrantSection(Guid id)
    {
        var extras = ExtrasOrNew;
        lock (extras)
            extras.ReentrantSections?.Remove(id);
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"[{GrainId} {_state}]";

    private bool IsInReentrantSection(Guid id)
    {
        if (_extras is not { ReentrantSections: not null } extras)
            return false;
        lock (extras)
            return extras.ReentrantSections.Contains(id);
    }

    private sealed class Extras
    {
        public GrainAddress? Address;

        public AsyncServiceScope? Services { get; private set; }

        public WorkerGroup? Group { get; set; }

        public List<Guid>? ReentrantSections { get; set; }

        public List<GrainTimer>? Timers { get; set; }

        public GrainLifecycle? Lifecycle { get; set; }

        public StreamConsumers? Streams { get; set; }

        public DateTimeOffset KeepUntil { get; set; }

        public DeactivationReason? StopReason { get; set; }

        public int StopAskedAt { get; set; }

        public CancellationTokenSource? Activating { get; set; }

        public TaskCompletionSource? Deactivated { get; set; }

        public AsyncServiceScope Scope(IServiceProvider services) =>
            Services ?? (AsyncServiceScope)(Services = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope());
    }
}
