namespace Orleans.Runtime;

/// <summary>The identity of a subscription.</summary>
public sealed class GuidId : IEquatable<GuidId>, IComparable<GuidId>
{
    /// <summary>The GUID.</summary>
    public readonly Guid Guid;

    private GuidId(Guid guid) => Guid = guid;

    /// <summary>The identity with this GUID.</summary>
    public static GuidId GetGuidId(Guid guid) => new(guid);

    /// <summary>A new identity.</summary>
    public static GuidId GetNewGuidId() => new(Guid.NewGuid());

    /// <inheritdoc/>
    public bool Equals(GuidId? other) => other is not null && Guid == other.Guid;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GuidId);

    /// <inheritdoc/>
    public override int GetHashCode() => Guid.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(GuidId? other) => other is null ? 1 : Guid.CompareTo(other.Guid);

    /// <summary>The GUID.</summary>
    public override string ToString() => Guid.ToString();
}
