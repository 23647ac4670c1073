using System.Buffers.Text;
using System.Text;

namespace Orleans.Runtime;

/// <summary>The identity of a stream: a namespace and a key, both UTF-8.</summary>
[Immutable]
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>, IFormattable
{
    // Namespace and key behind one another.
    private readonly byte[]? _full;
    private readonly ushort _keyIndex;
    private readonly int _hash;

    private StreamId(byte[] full, ushort keyIndex)
    {
        _full = full;
        _keyIndex = keyIndex;
        _hash = new IdSpan(full).GetHashCode() ^ keyIndex;
    }

    /// <summary>Namespace and key.</summary>
    public ReadOnlyMemory<byte> FullKey => _full;

    /// <summary>The namespace; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Namespace => _full.AsMemory(0, _keyIndex);

    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key => _full.AsMemory(_keyIndex);

    /// <summary>The stream of this namespace and key, as UTF-8.</summary>
    /// <exception cref="ArgumentException">The key is empty, or the namespace longer than 65,535 bytes.</exception>
    public static StreamId Create(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            throw new ArgumentException("A stream has a key.", nameof(key));
        if (ns.Length > ushort.MaxValue)
            throw new ArgumentException($"A stream's namespace has at most {ushort.MaxValue} bytes, this one {ns.Length}.", nameof(ns));
        return new StreamId([.. ns, .. key], (ushort)ns.Length);
    }

    /// <summary>The stream whose key is a GUID, in its <c>N</c> form.</summary>
    public static StreamId Create(string? ns, Guid key)
    {
        Span<byte> digits = stackalloc byte[32];
        Utf8Formatter.TryFormat(key, digits, out _, 'N');
        return Create(Encode(ns), digits);
    }

    /// <summary>The stream whose key is a number, in decimal digits.</summary>
    public static StreamId Create(string? ns, long key)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(key, digits, out var length);
        return Create(Encode(ns), digits[..length]);
    }

    /// <summary>The stream of this namespace and key.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static StreamId Create(string? ns, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return Create(Encode(ns), Encoding.UTF8.GetBytes(key));
    }

    /// <summary>Reads <c>namespace/key</c>.</summary>
    /// <exception cref="ArgumentException">There is no slash, or nothing behind it.</exception>
    public static StreamId Parse(ReadOnlySpan<byte> value)
    {
        var slash = value.IndexOf((byte)'/');
        return slash >= 0
            ? Create(value[..slash], value[(slash + 1)..])
            : throw new ArgumentException($"'{Encoding.UTF8.GetString(value)}' is not a stream id (namespace/key).", nameof(value));
    }

    /// <summary>The key as text.</summary>
    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    /// <summary>The namespace as text; null if there is none.</summary>
    public string? GetNamespace() => _keyIndex == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    /// <inheritdoc/>
    public bool Equals(StreamId other) =>
        _keyIndex == other._keyIndex
        && (ReferenceEquals(_full, other._full) || (_hash == other._hash && _full.AsSpan().SequenceEqual(other._full)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public int CompareTo(StreamId other)
    {
        var byNamespace = Namespace.Span.SequenceCompareTo(other.Namespace.Span);
        return byNamespace != 0 ? byNamespace : Key.Span.SequenceCompareTo(other.Key.Span);
    }

    /// <summary><c>namespace/key</c>, with the word <c>null</c> where there is no namespace.</summary>
    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Same stream.</summary>
    public static bool operator ==(StreamId left, StreamId right) => left.Equals(right);

    /// <summary>Other stream.</summary>
    public static bool operator !=(StreamId left, StreamId right) => !left.Equals(right);

    private static byte[] Encode(string? ns) => ns is null ? [] : Encoding.UTF8.GetBytes(ns);
}
