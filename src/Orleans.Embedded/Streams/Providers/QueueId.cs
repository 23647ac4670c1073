using System.Globalization;

namespace Orleans.Streams;

/// <summary>The identity of one of a provider's queues.</summary>
public readonly struct QueueId : IEquatable<QueueId>, IComparable<QueueId>, IFormattable
{
    private readonly string? _prefix;
    private readonly uint _id;
    private readonly uint _hash;

    private QueueId(string prefix, uint id, uint hash)
    {
        _prefix = prefix;
        _id = id;
        _hash = hash;
    }

    /// <summary>True for <c>default</c>, which names nothing.</summary>
    public bool IsDefault => _prefix is null;

    /// <summary>A queue: the name that all of the provider's have in common, its number, and its hash.</summary>
    public static QueueId GetQueueId(string queueName, uint queueId, uint hash)
    {
        ArgumentNullException.ThrowIfNull(queueName);
        return new QueueId(queueName, queueId, hash);
    }

    /// <summary>The name that all of the provider's queues have in common.</summary>
    public string GetStringNamePrefix() => _prefix ?? "";

    /// <summary>The number.</summary>
    public uint GetNumericId() => _id;

    /// <summary>The hash.</summary>
    public uint GetUniformHashCode() => _hash;

    /// <inheritdoc/>
    public int CompareTo(QueueId other)
    {
        if (_id != other._id)
            return _id.CompareTo(other._id);
        var byPrefix = string.CompareOrdinal(_prefix, other._prefix);
        return byPrefix != 0 ? byPrefix : _hash.CompareTo(other._hash);
    }

    /// <inheritdoc/>
    public bool Equals(QueueId other) =>
        _id == other._id && _hash == other._hash && string.Equals(_prefix, other._prefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is QueueId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_id ^ (int)_hash ^ (_prefix is null ? 0 : string.GetHashCode(_prefix, StringComparison.Ordinal));

    /// <summary>Name and number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_prefix?.ToLowerInvariant()}-{_id}");

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Name, number and hash.</summary>
    public string ToStringWithHashCode() => string.Create(CultureInfo.InvariantCulture, $"{_prefix?.ToLowerInvariant()}-{_id}-0x{_hash:X8}");

    /// <summary>Same queue.</summary>
    public static bool operator ==(QueueId left, QueueId right) => left.Equals(right);

    /// <summary>Other queue.</summary>
    public static bool operator !=(QueueId left, QueueId right) => !left.Equals(right);
}
