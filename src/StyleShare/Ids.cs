using System.Buffers.Binary;
using System.Security.Cryptography;

namespace StyleShare;

/// <summary>Makes ids: UUID version 7 (RFC 9562, 5.7), which sort by the time at which they were made.</summary>
/// <remarks>
/// A silo's ids are strictly increasing: the 12 bits behind the milliseconds carry the fraction of it (RFC 9562, 6.2,
/// method 3), and two ids of one instant, or a clock set back, move on by one step of that fraction.
/// </remarks>
public sealed class Ids(TimeProvider clock)
{
    private const int FractionBits = 12;
    private static readonly double FractionsPerTick = (1 << FractionBits) / (double)TimeSpan.TicksPerMillisecond;
    private long _last;

    /// <summary>A new id, greater than every one that this instance made before.</summary>
    public Guid Next()
    {
        var sinceEpoch = clock.GetUtcNow() - DateTimeOffset.UnixEpoch;
        var milliseconds = sinceEpoch.Ticks / TimeSpan.TicksPerMillisecond;
        var fraction = (long)(sinceEpoch.Ticks % TimeSpan.TicksPerMillisecond * FractionsPerTick);
        var now = (milliseconds << FractionBits) | fraction;
        long last, stamp;
        do
        {
            last = Volatile.Read(ref _last);
            stamp = Math.Max(now, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, stamp, last) != last);

        return Of(stamp);
    }

    // One step of the fraction further.
    private static Guid Successor(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        var fraction = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0xFFF;
        return Of(((milliseconds << FractionBits) | (long)fraction) + 1);
    }

    private static Guid Of(long stamp)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)(stamp >> FractionBits) << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (stamp & 0xFFF)));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>A new id that is also greater than one that another silo may have made, whose clock may be ahead.</summary>
    public Guid NextAfter(Guid before)
    {
        var next = Next();
        return next.CompareTo(before) > 0 ? next : Successor(before);
    }

    /// <summary>The least id that could be made at a time; for looking up ids by when they were made.</summary>
    public static Guid FloorOf(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        var milliseconds = Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)milliseconds << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>
    /// The id that follows from a name: UUID version 8 (RFC 9562, 5.8) of the first bytes of its SHA-256, so that who knows the
    /// name knows the id and need not look it up.
    /// </summary>
    public static Guid OfName(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>When the id was made, to the millisecond.</summary>
    public static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}
