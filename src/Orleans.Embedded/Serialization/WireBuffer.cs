using System.Buffers;

namespace Orleans.Embedded;

/// <summary>Bytes on their way out: a growable run of memory from the pool, used by one writer at a time.</summary>
internal sealed class WireBuffer : IDisposable
{
    private const int InitialSize = 1024;

    // A buffer that once held something large does not hold on to that memory.
    private const int MaxKept = 1024 * 1024;

    // Room is asked for by what may be needed at most, which is somewhat more than what is written then.
    private const int Slack = 128;

    private byte[] _bytes;
    private int _length;

    /// <summary>An empty buffer that takes at most so many bytes.</summary>
    public WireBuffer(int limit = int.MaxValue, int initialSize = InitialSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Limit = limit;
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Min(limit, initialSize));
    }

    /// <summary>How many bytes have been written.</summary>
    public int Length => _length;

    /// <summary>How many it takes at most.</summary>
    public int Limit { get; }

    /// <summary>What has been written; valid until the next change.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <inheritdoc cref="Written"/>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _length);

    /// <summary>Room for at least so many bytes behind what has been written.</summary>
    /// <exception cref="WireLimitException">They would go beyond the limit.</exception>
    public Span<byte> GetSpan(int size)
    {
        if ((uint)size > (uint)(_bytes.Length - _length))
            Grow(size);
        return _bytes.AsSpan(_length);
    }

    /// <summary>So many bytes of the room have been written.</summary>
    /// <exception cref="WireLimitException">They go beyond the limit.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var length = _length + count;
        if (length > Limit || length > _bytes.Length)
            throw new WireLimitException(length, Limit);
        _length = length;
    }

    /// <summary>Bytes that have been written, to be written over.</summary>
    public Span<byte> Patch(int start, int count) => _bytes.AsSpan(0, _length).Slice(start, count);

    /// <summary>Takes back what was written behind this place.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length, nameof(length));
        _length = length;
    }

    /// <summary>Takes back everything.</summary>
    public void Clear()
    {
        _length = 0;
        if (_bytes.Length <= MaxKept)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        _length = 0;
        if (bytes.Length != 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Grow(int size)
    {
        ObjectDisposedException.ThrowIf(_bytes.Length == 0, this);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var needed = (long)_length + size;
        var most = Math.Min((long)Limit + Slack, Array.MaxLength);
        if (needed > most)
            throw new WireLimitException(needed, Limit);
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(most, Math.Max(needed, 2L * _bytes.Length)));
        Written.CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}
