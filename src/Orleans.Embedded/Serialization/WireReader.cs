using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Orleans.Embedded;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote. It trusts nothing: what is malformed ends in an exception, nothing is read beyond
/// the end, and no length is believed before as many bytes are there.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct WireReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Silo? _silo;
    private int _position;
    private int _depth;

    internal WireReader(ReadOnlySpan<byte> bytes, Silo? silo)
    {
        _bytes = bytes;
        _silo = silo;
    }

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>A token was read that its sender may cancel later.</summary>
    internal bool HasCancellableToken { get; set; }

    internal readonly Silo Silo => _silo ?? throw new InvalidOperationException("References are read inside a silo only.");

    /// <summary>Reads a byte.</summary>
    public byte ReadByte()
    {
        if (_position >= _bytes.Length)
            ThrowShort();
        return _bytes[_position++];
    }

    /// <summary>Reads a byte of 0 or 1.</summary>
    public bool ReadBool() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw new WireFormatException($"{other} is neither true nor false."),
    };

    /// <summary>Reads a varint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarUInt()
    {
        if (_position < _bytes.Length && _bytes[_position] < 0x80)
            return _bytes[_position++];
        return ReadLongVarUInt();
    }

    /// <summary>Reads a varint of at most 32 bits.</summary>
    public uint ReadVarUInt32()
    {
        var value = ReadVarUInt();
        return value <= uint.MaxValue ? (uint)value : throw new WireFormatException($"{value} is beyond 32 bits.");
    }

    /// <summary>Reads a varint in zigzag.</summary>
    public long ReadVarInt()
    {
        var value = ReadVarUInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads a varint in zigzag of at most 32 bits.</summary>
    public int ReadVarInt32()
    {
        var value = ReadVarInt();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new WireFormatException($"{value} is beyond 32 bits.");
    }

    /// <summary>Reads a varint in zigzag that lies between two numbers.</summary>
    public long ReadVarInt(long from, long to)
    {
        var value = ReadVarInt();
        return value >= from && value <= to ? value : throw new WireFormatException($"{value} is not between {from} and {to}.");
    }

    /// <summary>Reads a varint up to a number.</summary>
    public ulong ReadVarUInt(ulong to)
    {
        var value = ReadVarUInt();
        return value <= to ? value : throw new WireFormatException($"{value} is beyond {to}.");
    }

    /// <summary>Reads four bytes.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadRaw(4));

    /// <summary>Reads eight bytes.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadRaw(8));

    /// <summary>Reads eight bytes.</summary>
    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadUInt64());

    /// <summary>Reads four bytes.</summary>
    public float ReadSingle() => BitConverter.UInt32BitsToSingle(ReadUInt32());

    /// <summary>Reads sixteen bytes.</summary>
    public Guid ReadGuid() => new(ReadRaw(16));

    /// <summary>Reads a time with its kind.</summary>
    public DateTime ReadDateTime()
    {
        var value = ReadUInt64();
        var ticks = (long)(value & 0x3FFF_FFFF_FFFF_FFFF);
        return ticks <= DateTime.MaxValue.Ticks && value >> 62 <= 2
            ? new DateTime(ticks, (DateTimeKind)(value >> 62))
            : throw new WireFormatException($"{value} is no time.");
    }

    /// <summary>Reads a time with its offset.</summary>
    public DateTimeOffset ReadDateTimeOffset()
    {
        var ticks = ReadUInt64();
        var offset = ReadVarInt(-14 * 60, 14 * 60) * TimeSpan.TicksPerMinute;
        var utc = (long)ticks - offset;
        return ticks <= (ulong)DateTime.MaxValue.Ticks && utc >= 0 && utc <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset((long)ticks, new TimeSpan(offset))
            : throw new WireFormatException($"{ticks} at {offset} is no time.");
    }

    /// <summary>Reads a time span.</summary>
    public TimeSpan ReadTimeSpan() => new(ReadVarInt());

    /// <summary>Reads bytes behind their number; they are the message's own.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadRaw(ReadLength(ReadVarUInt()));

    /// <summary>Reads so many bytes; they are the message's own.</summary>
    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        if ((uint)count > (uint)Remaining)
            ThrowShort();
        var raw = _bytes.Slice(_position, count);
        _position += count;
        return raw;
    }

    /// <summary>Reads text, or null.</summary>
    public string? ReadString()
    {
        var length = ReadVarUInt();
        if (length == 0)
            return null;
        var utf8 = ReadRaw(ReadLength(length - 1));
        if (utf8.IsEmpty)
            return "";
        return Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw new WireFormatException("A text is not UTF-8.");
    }

    /// <summary>Reads how many things follow, of which each has at least one byte.</summary>
    public int ReadCount() => ReadLength(ReadVarUInt());

    /// <summary>Reads what comes next of an object; 0 is its end.</summary>
    public uint ReadTag()
    {
        if (_position < _bytes.Length && _bytes[_position] < 0x80)
            return _bytes[_position++];
        return ReadVarUInt32();
    }

    /// <summary>Begins what is inside of something else.</summary>
    public void Enter()
    {
        if (++_depth > WireWriter.MaxDepth)
            throw new WireFormatException($"A message is more than {WireWriter.MaxDepth} objects deep.");
    }

    /// <summary>Ends it.</summary>
    public void Leave() => _depth--;

    /// <summary>Ends the reading of an object that has a field which is not known here.</summary>
    [DoesNotReturn]
    public readonly void UnknownField(Type type, uint tag) =>
        throw new WireFormatException($"{type} has no field {WireTag.Describe(tag)} here: it may come from a newer version.");

    /// <summary>Ends the reading of something that is not what it should be.</summary>
    [DoesNotReturn]
    public readonly void Malformed(Type type, ulong found) => throw new WireFormatException($"{found} begins no {type}.");

    /// <summary>A reader of bytes of this one's, as deep as it is.</summary>
    internal readonly WireReader Inside(ReadOnlySpan<byte> bytes) => new(bytes, _silo) { _depth = _depth };

    /// <summary>Checks that nothing is left.</summary>
    /// <exception cref="WireFormatException">Something is.</exception>
    internal readonly void ExpectEnd()
    {
        if (Remaining != 0)
            throw new WireFormatException($"{Remaining} bytes are left behind a message's end.");
    }

    [DoesNotReturn]
    private static void ThrowShort() => throw new WireFormatException("A message ends before it is complete.");

    private readonly int ReadLength(ulong length)
    {
        if (length > (uint)Remaining)
            ThrowShort();
        return (int)length;
    }

    private ulong ReadLongVarUInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = ReadByte();
            // Of the tenth byte one bit is left.
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new WireFormatException("A number is beyond 64 bits.");
    }
}
