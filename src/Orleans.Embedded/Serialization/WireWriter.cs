using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orleans.Embedded;

/// <summary>
/// Writes values into a message. Numbers are varints (seven bits a byte, the lowest first; signed ones in zigzag) or fixed and
/// little-endian; text is UTF-8 behind its length.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct WireWriter
{
    /// <summary>How deep objects may be in one another.</summary>
    internal const int MaxDepth = 64;

    private readonly WireBuffer _buffer;
    private int _depth;

    internal WireWriter(WireBuffer buffer) => _buffer = buffer;

    internal readonly WireBuffer Buffer => _buffer;

    /// <summary>Writes a byte.</summary>
    public readonly void WriteByte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>Writes a byte of 0 or 1.</summary>
    public readonly void WriteBool(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes a varint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void WriteVarUInt(ulong value)
    {
        if (value < 0x80)
            WriteByte((byte)value);
        else
            WriteLongVarUInt(value);
    }

    /// <summary>Writes a varint in zigzag, so that small negative numbers are short.</summary>
    public readonly void WriteVarInt(long value) => WriteVarUInt(((ulong)value << 1) ^ (ulong)(value >> 63));

    /// <summary>Writes four bytes.</summary>
    public readonly void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    /// <summary>Writes eight bytes.</summary>
    public readonly void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>Writes eight bytes.</summary>
    public readonly void WriteDouble(double value) => WriteUInt64(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes four bytes.</summary>
    public readonly void WriteSingle(float value) => WriteUInt32(BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes sixteen bytes.</summary>
    public readonly void WriteGuid(Guid value)
    {
        value.TryWriteBytes(_buffer.GetSpan(16));
        _buffer.Advance(16);
    }

    /// <summary>Writes eight bytes: the ticks, and the kind in the highest two bits.</summary>
    public readonly void WriteDateTime(DateTime value) => WriteUInt64((ulong)value.Ticks | ((ulong)value.Kind << 62));

    /// <summary>Writes the ticks there, and the offset in minutes.</summary>
    public readonly void WriteDateTimeOffset(DateTimeOffset value)
    {
        WriteUInt64((ulong)value.Ticks);
        WriteVarInt(value.Offset.Ticks / TimeSpan.TicksPerMinute);
    }

    /// <summary>Writes the ticks.</summary>
    public readonly void WriteTimeSpan(TimeSpan value) => WriteVarInt(value.Ticks);

    /// <summary>Writes bytes behind their number.</summary>
    public readonly void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteVarUInt((uint)value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes bytes as they are.</summary>
    public readonly void WriteRaw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_buffer.GetSpan(value.Length));
        _buffer.Advance(value.Length);
    }

    /// <summary>Writes text, or null: the number of its bytes and one more, or 0.</summary>
    public readonly void WriteString(string? value)
    {
        const int ShortText = 0x7E / 3;
        if (value is null)
        {
            WriteByte(0);
        }
        else if (value.Length <= ShortText)
        {
            var room = _buffer.GetSpan(1 + (3 * value.Length));
            var count = Encoding.UTF8.GetBytes(value, room[1..]);
            room[0] = (byte)(count + 1);
            _buffer.Advance(count + 1);
        }
        else
        {
            var count = Encoding.UTF8.GetByteCount(value);
            WriteVarUInt((ulong)count + 1);
            _buffer.Advance(Encoding.UTF8.GetBytes(value, _buffer.GetSpan(count)));
        }
    }

    /// <summary>Writes what comes next of an object: a field's number and the kind of its value, as <see cref="WireTag"/> composes them; 0 is the end.</summary>
    public readonly void WriteTag(uint tag) => WriteVarUInt(tag);

    /// <summary>Begins what is inside of something else.</summary>
    /// <exception cref="Serialization.SerializerException">It is too deep, as what contains itself is.</exception>
    public void Enter()
    {
        if (++_depth > MaxDepth)
            throw new Serialization.SerializerException($"A message is more than {MaxDepth} objects deep: does one contain itself?");
    }

    /// <summary>Ends it.</summary>
    public void Leave() => _depth--;

    private readonly void WriteLongVarUInt(ulong value)
    {
        var room = _buffer.GetSpan(10);
        var count = 0;
        while (value >= 0x80)
        {
            room[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[count++] = (byte)value;
        _buffer.Advance(count);
    }
}
