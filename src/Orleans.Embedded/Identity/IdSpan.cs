using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Orleans.Runtime;

/// <summary>An immutable run of UTF-8 bytes with its hash: the material that grain types and keys are made of.</summary>
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>, IFormattable
{
    private readonly byte[]? _value;
    private readonly int _hash;

    /// <summary>Takes the bytes over; they must not change afterwards.</summary>
    public IdSpan(byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
        _hash = Hash(value);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value => _value;

    /// <summary>True for <c>default</c>, which names nothing.</summary>
    public bool IsDefault => _value is null || _value.Length == 0;

    /// <summary>The bytes of a text in UTF-8.</summary>
    public static IdSpan Create(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new IdSpan(Encoding.UTF8.GetBytes(id));
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> AsSpan() => _value;

    /// <inheritdoc/>
    public bool Equals(IdSpan other) =>
        ReferenceEquals(_value, other._value)
        || (_hash == other._hash && _value.AsSpan().SequenceEqual(other._value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public int CompareTo(IdSpan other) => _value.AsSpan().SequenceCompareTo(other._value);

    /// <summary>The bytes as text.</summary>
    public override string ToString() => _value is null ? "" : Encoding.UTF8.GetString(_value);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Same bytes.</summary>
    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);

    // Eight bytes a step; stable across processes, as silos will have to agree on it.
    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Prime = 0x9E3779B97F4A7C15;
        var hash = Prime ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), 27) * Prime;
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
            hash = BitOperations.RotateLeft(hash ^ b, 11) * Prime;
        hash ^= hash >> 32;
        hash *= Prime;
        return (int)(hash >> 32);
    }
}
