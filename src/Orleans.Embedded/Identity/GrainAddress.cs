namespace Orleans.Runtime;

/// <summary>Tells one activation of a grain from any other, before or after it.</summary>
public readonly struct ActivationId : IEquatable<ActivationId>, IFormattable
{
    private readonly Guid _key;

    /// <summary>The activation of this identity.</summary>
    public ActivationId(Guid key) => _key = key;

    /// <summary>True for <c>default</c>, which names nothing.</summary>
    public bool IsDefault => _key == Guid.Empty;

    internal Guid Key => _key;

    /// <summary>An identity that no activation has.</summary>
    public static ActivationId NewId() => new(Guid.NewGuid());

    /// <inheritdoc/>
    public bool Equals(ActivationId other) => _key == other._key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ActivationId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode();

    /// <summary><c>@</c> and 32 hexadecimal digits.</summary>
    public override string ToString() => $"@{_key:N}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Same activation.</summary>
    public static bool operator ==(ActivationId left, ActivationId right) => left.Equals(right);

    /// <summary>Other activation.</summary>
    public static bool operator !=(ActivationId left, ActivationId right) => !left.Equals(right);
}

/// <summary>Where a grain is active: the entry of a grain directory.</summary>
public sealed class GrainAddress : IEquatable<GrainAddress>, IFormattable
{
    /// <summary>The grain.</summary>
    public GrainId GrainId { get; init; }

    /// <summary>Its activation.</summary>
    public ActivationId ActivationId { get; init; }

    /// <summary>The silo that holds the activation.</summary>
    public SiloAddress? SiloAddress { get; init; }

    /// <inheritdoc/>
    public bool Equals(GrainAddress? other) =>
        other is not null && GrainId == other.GrainId && ActivationId == other.ActivationId && Equals(SiloAddress, other.SiloAddress);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(GrainId, ActivationId, SiloAddress);

    /// <summary>Grain, activation and silo.</summary>
    public override string ToString() => $"[{SiloAddress} {GrainId} {ActivationId}]";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();
}
