using Orleans.Embedded;

namespace Orleans.Runtime;

/// <summary>The local stand-in of a grain; its generated subclasses implement the grain's interface.</summary>
public abstract class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainReferenceShared _shared;
    private readonly IdSpan _key;

    private protected GrainReference(GrainReferenceShared shared, IdSpan key)
    {
        _shared = shared;
        _key = key;
    }

    /// <summary>The grain.</summary>
    public GrainId GrainId => new(_shared.Class.GrainType, _key);

    /// <summary>The interface that this reference calls through.</summary>
    public GrainInterfaceType InterfaceType => _shared.Interface.InterfaceType;

    /// <summary>Its name.</summary>
    public string InterfaceName => _shared.Interface.Name;

    internal GrainReferenceShared Shared => _shared;

    internal IdSpan Key => _key;

    // Where the grain was last found, to spare the directory; an ended activation says so and is looked up again.
    internal Activation? Cached { get; set; }

    /// <summary>The same grain through another of its interfaces.</summary>
    /// <exception cref="InvalidCastException">The class does not implement it.</exception>
    public virtual TGrainInterface Cast<TGrainInterface>() =>
        this is TGrainInterface same ? same : (TGrainInterface)(object)_shared.Factory.MakeReference(typeof(TGrainInterface), _shared.Class, _key);

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && _shared.Class == other._shared.Class && _key.Equals(other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_shared.Class.GrainType, _key);

    /// <summary>Grain and interface.</summary>
    public override string ToString() => $"GrainReference:{GrainId}:{InterfaceName}";

    /// <summary>Same grain.</summary>
    public static bool operator ==(GrainReference? left, GrainReference? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Other grain.</summary>
    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);
}

/// <summary>What all references of one factory to one class through one interface have in common.</summary>
public sealed class GrainReferenceShared
{
    internal GrainReferenceShared(GrainFactory factory, GrainClass grainClass, GrainInterface grainInterface)
    {
        Factory = factory;
        Class = grainClass;
        Interface = grainInterface;
    }

    internal GrainFactory Factory { get; }

    internal GrainClass Class { get; }

    internal GrainInterface Interface { get; }

    // In milliseconds.
    internal int TimeoutOf(IMessage request)
    {
        if (request.Header.Origin is RemoteOrigin origin)
            return origin.Timeout;
        var own = request.Method.TimeoutMilliseconds;
        return own != 0 ? own : FactoryOf(request.Header.Sender).ResponseTimeout;
    }

    // A reference that a client made may be passed to a grain: then it calls as the grain's silo does.
    internal GrainFactory FactoryOf(Activation? sender) => sender?.Class.Silo.GrainFactory ?? Factory;
}
