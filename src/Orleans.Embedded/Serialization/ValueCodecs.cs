using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;

namespace Orleans.Embedded;

internal sealed class StringCodec : Codec<string?>
{
    public override void Write(ref WireWriter writer, string? value) => writer.WriteString(value);

    public override string? Read(ref WireReader reader) => reader.ReadString();
}

internal sealed class GuidCodec : Codec<Guid>
{
    public override void Write(ref WireWriter writer, Guid value) => writer.WriteGuid(value);

    public override Guid Read(ref WireReader reader) => reader.ReadGuid();
}

internal sealed class DateTimeCodec : Codec<DateTime>
{
    public override void Write(ref WireWriter writer, DateTime value) => writer.WriteDateTime(value);

    public override DateTime Read(ref WireReader reader) => reader.ReadDateTime();
}

internal sealed class DateTimeOffsetCodec : Codec<DateTimeOffset>
{
    public override void Write(ref WireWriter writer, DateTimeOffset value) => writer.WriteDateTimeOffset(value);

    public override DateTimeOffset Read(ref WireReader reader) => reader.ReadDateTimeOffset();
}

internal sealed class TimeSpanCodec : Codec<TimeSpan>
{
    public override void Write(ref WireWriter writer, TimeSpan value) => writer.WriteTimeSpan(value);

    public override TimeSpan Read(ref WireReader reader) => reader.ReadTimeSpan();
}

internal sealed class DateOnlyCodec : Codec<DateOnly>
{
    public override void Write(ref WireWriter writer, DateOnly value) => writer.WriteVarUInt((uint)value.DayNumber);

    public override DateOnly Read(ref WireReader reader) => DateOnly.FromDayNumber((int)reader.ReadVarUInt((ulong)DateOnly.MaxValue.DayNumber));
}

internal sealed class TimeOnlyCodec : Codec<TimeOnly>
{
    public override void Write(ref WireWriter writer, TimeOnly value) => writer.WriteVarUInt((ulong)value.Ticks);

    public override TimeOnly Read(ref WireReader reader) => new((long)reader.ReadVarUInt((ulong)TimeOnly.MaxValue.Ticks));
}

internal sealed class UriCodec : Codec<Uri?>
{
    public override void Write(ref WireWriter writer, Uri? value) => writer.WriteString(value?.OriginalString);

    public override Uri? Read(ref WireReader reader) => reader.ReadString() is not { } text ? null
        : Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri
        : throw new WireFormatException("An address is none.");
}

internal sealed class VersionCodec : Codec<Version?>
{
    public override void Write(ref WireWriter writer, Version? value) => writer.WriteString(value?.ToString());

    public override Version? Read(ref WireReader reader) => reader.ReadString() is not { } text ? null
        : Version.TryParse(text, out var version) ? version
        : throw new WireFormatException("A version is none.");
}

internal sealed class IPAddressCodec : Codec<IPAddress?>
{
    public override void Write(ref WireWriter writer, IPAddress? value)
    {
        if (value is null)
        {
            writer.WriteByte(0);
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, out var count);
        writer.WriteBytes(bytes[..count]);
        if (count == 16)
            writer.WriteVarUInt((ulong)value.ScopeId);
    }

    public override IPAddress? Read(ref WireReader reader)
    {
        var bytes = reader.ReadBytes();
        return bytes.Length switch
        {
            0 => null,
            4 => new IPAddress(bytes),
            16 => new IPAddress(bytes, (long)reader.ReadVarUInt(uint.MaxValue)),
            _ => throw new WireFormatException($"An address has 4 or 16 bytes, and not {bytes.Length}."),
        };
    }
}

internal sealed class IPEndPointCodec : Codec<IPEndPoint?>
{
    private static readonly IPAddressCodec Addresses = new();

    public override void Write(ref WireWriter writer, IPEndPoint? value)
    {
        Addresses.Write(ref writer, value?.Address);
        if (value is not null)
            writer.WriteVarUInt((uint)value.Port);
    }

    public override IPEndPoint? Read(ref WireReader reader) =>
        Addresses.Read(ref reader) is { } address ? new IPEndPoint(address, (int)reader.ReadVarUInt(IPEndPoint.MaxPort)) : null;
}

/// <summary>Whether a token can be cancelled and whether it is; its cancellation later on is a message of its own.</summary>
internal sealed class CancellationTokenCodec : Codec<CancellationToken>
{
    public override void Write(ref WireWriter writer, CancellationToken value) =>
        writer.WriteByte(value.IsCancellationRequested ? (byte)2 : value.CanBeCanceled ? (byte)1 : (byte)0);

    public override CancellationToken Read(ref WireReader reader)
    {
        var state = reader.ReadVarUInt(2);
        reader.HasCancellableToken |= state == 1;
        return new CancellationToken(canceled: state == 2);
    }
}

internal sealed class ByteArrayCodec : Codec<byte[]?>
{
    public override void Write(ref WireWriter writer, byte[]? value)
    {
        writer.WriteVarUInt(value is null ? 0 : (ulong)value.Length + 1);
        writer.WriteRaw(value);
    }

    public override byte[]? Read(ref WireReader reader)
    {
        var length = reader.ReadVarUInt((ulong)reader.Remaining);
        return length == 0 ? null : reader.ReadRaw((int)length - 1).ToArray();
    }
}

internal sealed class ByteMemoryCodec : Codec<ReadOnlyMemory<byte>>
{
    public override void Write(ref WireWriter writer, ReadOnlyMemory<byte> value) => writer.WriteBytes(value.Span);

    public override ReadOnlyMemory<byte> Read(ref WireReader reader) => reader.ReadBytes().ToArray();
}

internal sealed class ImmutableByteArrayCodec : Codec<ImmutableArray<byte>>
{
    private static readonly ByteArrayCodec Arrays = new();

    public override void Write(ref WireWriter writer, ImmutableArray<byte> value) =>
        Arrays.Write(ref writer, ImmutableCollectionsMarshal.AsArray(value));

    public override ImmutableArray<byte> Read(ref WireReader reader) => ImmutableCollectionsMarshal.AsImmutableArray(Arrays.Read(ref reader));
}
