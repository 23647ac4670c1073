using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

internal sealed class NothingCodec : Codec<Nothing>
{
    public override void Write(ref WireWriter writer, Nothing value) => writer.WriteByte(0);

    public override Nothing Read(ref WireReader reader) =>
        reader.ReadByte() == 0 ? default : throw new WireFormatException("There is something where nothing should be.");
}

internal sealed class BoolCodec : Codec<bool>
{
    public override void Write(ref WireWriter writer, bool value) => writer.WriteBool(value);

    public override bool Read(ref WireReader reader) => reader.ReadBool();
}

internal sealed class ByteCodec : Codec<byte>
{
    public override void Write(ref WireWriter writer, byte value) => writer.WriteByte(value);

    public override byte Read(ref WireReader reader) => reader.ReadByte();
}

internal sealed class SByteCodec : Codec<sbyte>
{
    public override void Write(ref WireWriter writer, sbyte value) => writer.WriteByte((byte)value);

    public override sbyte Read(ref WireReader reader) => (sbyte)reader.ReadByte();
}

internal sealed class Int16Codec : Codec<short>
{
    public override void Write(ref WireWriter writer, short value) => writer.WriteVarInt(value);

    public override short Read(ref WireReader reader) => (short)reader.ReadVarInt(short.MinValue, short.MaxValue);
}

internal sealed class UInt16Codec : Codec<ushort>
{
    public override void Write(ref WireWriter writer, ushort value) => writer.WriteVarUInt(value);

    public override ushort Read(ref WireReader reader) => (ushort)reader.ReadVarUInt(ushort.MaxValue);
}

internal sealed class Int32Codec : Codec<int>
{
    public override void Write(ref WireWriter writer, int value) => writer.WriteVarInt(value);

    public override int Read(ref WireReader reader) => reader.ReadVarInt32();
}

internal sealed class UInt32Codec : Codec<uint>
{
    public override void Write(ref WireWriter writer, uint value) => writer.WriteVarUInt(value);

    public override uint Read(ref WireReader reader) => reader.ReadVarUInt32();
}

internal sealed class Int64Codec : Codec<long>
{
    public override void Write(ref WireWriter writer, long value) => writer.WriteVarInt(value);

    public override long Read(ref WireReader reader) => reader.ReadVarInt();
}

internal sealed class UInt64Codec : Codec<ulong>
{
    public override void Write(ref WireWriter writer, ulong value) => writer.WriteVarUInt(value);

    public override ulong Read(ref WireReader reader) => reader.ReadVarUInt();
}

internal sealed class Int128Codec : Codec<Int128>
{
    public override void Write(ref WireWriter writer, Int128 value)
    {
        writer.WriteUInt64((ulong)(UInt128)value);
        writer.WriteUInt64((ulong)((UInt128)value >> 64));
    }

    public override Int128 Read(ref WireReader reader)
    {
        var lower = reader.ReadUInt64();
        return new Int128(reader.ReadUInt64(), lower);
    }
}

internal sealed class UInt128Codec : Codec<UInt128>
{
    public override void Write(ref WireWriter writer, UInt128 value)
    {
        writer.WriteUInt64((ulong)value);
        writer.WriteUInt64((ulong)(value >> 64));
    }

    public override UInt128 Read(ref WireReader reader)
    {
        var lower = reader.ReadUInt64();
        return new UInt128(reader.ReadUInt64(), lower);
    }
}

internal sealed class CharCodec : Codec<char>
{
    public override void Write(ref WireWriter writer, char value) => writer.WriteVarUInt(value);

    public override char Read(ref WireReader reader) => (char)reader.ReadVarUInt(char.MaxValue);
}

internal sealed class SingleCodec : Codec<float>
{
    public override void Write(ref WireWriter writer, float value) => writer.WriteSingle(value);

    public override float Read(ref WireReader reader) => reader.ReadSingle();
}

internal sealed class DoubleCodec : Codec<double>
{
    public override void Write(ref WireWriter writer, double value) => writer.WriteDouble(value);

    public override double Read(ref WireReader reader) => reader.ReadDouble();
}

internal sealed class HalfCodec : Codec<Half>
{
    public override void Write(ref WireWriter writer, Half value) => writer.WriteVarUInt(BitConverter.HalfToUInt16Bits(value));

    public override Half Read(ref WireReader reader) => BitConverter.UInt16BitsToHalf((ushort)reader.ReadVarUInt(ushort.MaxValue));
}

internal sealed class DecimalCodec : Codec<decimal>
{
    public override void Write(ref WireWriter writer, decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        foreach (var part in parts)
            writer.WriteUInt32((uint)part);
    }

    public override decimal Read(ref WireReader reader)
    {
        Span<int> parts = stackalloc int[4];
        foreach (ref var part in parts)
            part = (int)reader.ReadUInt32();
        // The sign, and a scale of at most 28.
        return (parts[3] & 0x7F00FFFF) == 0 && (parts[3] >> 16 & 0xFF) <= 28 ? new decimal(parts) : throw new WireFormatException("A decimal is none.");
    }
}

internal sealed class BigIntegerCodec : Codec<BigInteger>
{
    public override void Write(ref WireWriter writer, BigInteger value) => writer.WriteBytes(value.ToByteArray());

    public override BigInteger Read(ref WireReader reader) => new(reader.ReadBytes());
}

/// <summary>An enum's number, whether it has a name or not.</summary>
internal sealed class EnumCodec<T> : Codec<T>
    where T : unmanaged, Enum
{
    private static readonly bool IsSigned = Type.GetTypeCode(typeof(T)) is TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64;

    public override void Write(ref WireWriter writer, T value)
    {
        var number = Unsafe.SizeOf<T>() switch
        {
            1 => IsSigned ? Unsafe.BitCast<T, sbyte>(value) : Unsafe.BitCast<T, byte>(value),
            2 => IsSigned ? Unsafe.BitCast<T, short>(value) : Unsafe.BitCast<T, ushort>(value),
            4 => IsSigned ? Unsafe.BitCast<T, int>(value) : Unsafe.BitCast<T, uint>(value),
            _ => Unsafe.BitCast<T, long>(value),
        };
        writer.WriteVarInt(number);
    }

    public override T Read(ref WireReader reader)
    {
        var number = reader.ReadVarInt();
        return Unsafe.SizeOf<T>() switch
        {
            1 when IsSigned && number is >= sbyte.MinValue and <= sbyte.MaxValue => Unsafe.BitCast<sbyte, T>((sbyte)number),
            1 when !IsSigned && number is >= 0 and <= byte.MaxValue => Unsafe.BitCast<byte, T>((byte)number),
            2 when IsSigned && number is >= short.MinValue and <= short.MaxValue => Unsafe.BitCast<short, T>((short)number),
            2 when !IsSigned && number is >= 0 and <= ushort.MaxValue => Unsafe.BitCast<ushort, T>((ushort)number),
            4 when IsSigned && number is >= int.MinValue and <= int.MaxValue => Unsafe.BitCast<int, T>((int)number),
            4 when !IsSigned && number is >= 0 and <= uint.MaxValue => Unsafe.BitCast<uint, T>((uint)number),
            8 => Unsafe.BitCast<long, T>(number),
            _ => throw new WireFormatException($"{number} is no {typeof(T)}."),
        };
    }
}
