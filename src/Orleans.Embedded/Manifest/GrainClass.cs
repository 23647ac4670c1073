using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>A grain class in this silo: what its attributes say, and its activations.</summary>
internal sealed class GrainClass
{
    private readonly GrainClassDescription _description;
    private readonly ConcurrentDictionary<IdSpan, Activation> _activations = new(concurrencyLevel: Environment.ProcessorCount * 4, capacity: 31);
    private readonly ConcurrentDictionary<IdSpan, WorkerGroup>? _groups;
    private readonly ConcurrentDictionary<MethodInfo, MethodInfo> _implementations = new();
    private bool? _hasFilters;

    public GrainClass(Silo silo, GrainClassDescription description)
    {
        Silo = silo;
        _description = description;
        var type = description.Type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.Name ?? DefaultName(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        MayInterleave = FindInterleavePredicate(type);
        MaxWorkers = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 0;
        if (IsStatelessWorker)
            _groups = new();
        Placement = type.GetCustomAttribute<PlacementAttribute>(inherit: true)?.PlacementStrategy ?? new ActivationCountBasedPlacement();
        OverridesOnActivate = Overrides(type, nameof(IGrainBase.OnActivateAsync));
        OverridesOnDeactivate = Overrides(type, nameof(IGrainBase.OnDeactivateAsync));
        CollectionAge = silo.Collection.AgeOf(type);
        MaxQueueLength = silo.Messaging.QueueLimit(IsStatelessWorker);
    }

    public Silo Silo { get; }

    public Type Type => _description.Type;

    public Type[] Interfaces => _description.Interfaces;

    public GrainType GrainType { get; }

    public bool IsReentrant { get; }

    public Func<object, IInvokable, bool>? MayInterleave { get; }

    public int MaxWorkers { get; }

    public bool IsStatelessWorker => MaxWorkers > 0;

    public PlacementStrategy Placement { get; }

    public bool OverridesOnActivate { get; }

    public bool OverridesOnDeactivate { get; }

    // In milliseconds; int.MaxValue: never.
    public int CollectionAge { get; }

    public int MaxQueueLength { get; }

    public bool HasFilters => _hasFilters ??= Silo.IncomingFilters.Length != 0 || Type.IsAssignableTo(typeof(IIncomingGrainCallFilter));

    public int ActivationCount => IsStatelessWorker ? _groups!.Values.Sum(group => group.Count) : _activations.Count;

    public IEnumerable<Activation> Activations =>
        IsStatelessWorker ? _groups!.Values.SelectMany(group => group.Workers) : _activations.Select(entry => entry.Value);

    public object Create(Activation activation) => _description.Create(activation, activation);

    public Activation? Find(IdSpan key) => _activations.GetValueOrDefault(key);

    /// <summary>The activation of this key, made if there is none.</summary>
    public Activation FindOrCreate(IdSpan key)
    {
        if (_activations.TryGetValue(key, out var found))
            return found;
        var made = new Activation(this, key);
        found = _activations.GetOrAdd(key, made);
        if (ReferenceEquals(found, made))
            made.Start();
        return found;
    }

    public WorkerGroup Group(IdSpan key) => _groups!.GetOrAdd(key, static (key, self) => new WorkerGroup(self, key), this);

    public void Remove(Activation activation)
    {
        if (IsStatelessWorker)
            Group(activation.Key).Remove(activation);
        else
            _activations.TryRemove(KeyValuePair.Create(activation.Key, activation));
    }

    public void OnActivated(Activation activation)
    {
        Silo.Metrics.OnActivated(this);
        Silo.Collector.Schedule(activation);
    }

    public void OnDeactivated() => Silo.Metrics.OnDeactivated(this);

    public void OnActivationFailed() => Silo.Metrics.OnActivationFailed(this);

    public MethodInfo ImplementationOf(MethodInfo interfaceMethod) =>
        _implementations.GetOrAdd(interfaceMethod, static (method, type) =>
        {
            // What the runtime itself sends to a grain is no method of it.
            if (!method.DeclaringType!.IsAssignableFrom(type))
                return method;
            var map = type.GetInterfaceMap(method.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, method)];
        }, Type);

    private static string DefaultName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.EndsWith("grain", StringComparison.Ordinal) && name.Length > 5 ? name[..^5] : name;
    }

    private static bool Overrides(Type type, string method)
    {
        if (!type.IsAssignableTo(typeof(Grain)))
            return true;
        return type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .First(m => m.Name == method && m.GetBaseDefinition().DeclaringType == typeof(Grain)).DeclaringType != typeof(Grain);
    }

    private static Func<object, IInvokable, bool>? FindInterleavePredicate(Type type)
    {
        if (type.GetCustomAttribute<MayInterleaveAttribute>() is not { } attribute)
            return null;
        var method = type.GetMethod(
            attribute.CallbackMethodName,
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy,
            [typeof(IInvokable)]);
        if (method is null || method.ReturnType != typeof(bool))
        {
            throw new OrleansConfigurationException(
                $"[MayInterleave] of {type} names '{attribute.CallbackMethodName}', but there is no method bool {attribute.CallbackMethodName}(IInvokable).");
        }

        if (method.IsStatic)
        {
            var predicate = method.CreateDelegate<Func<IInvokable, bool>>();
            return (_, request) => predicate(request);
        }

        return (instance, request) => (bool)method.Invoke(instance, [request])!;
    }
}
