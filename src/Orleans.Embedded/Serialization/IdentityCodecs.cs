using System.Net;
using Orleans.Runtime;

namespace Orleans.Embedded;

internal sealed class IdSpanCodec : Codec<IdSpan>
{
    public override void Write(ref WireWriter writer, IdSpan value) => writer.WriteBytes(value.AsSpan());

    public override IdSpan Read(ref WireReader reader)
    {
        var bytes = reader.ReadBytes();
        return bytes.IsEmpty ? default : new IdSpan(bytes.ToArray());
    }
}

internal sealed class GrainTypeCodec : Codec<GrainType>
{
    public override void Write(ref WireWriter writer, GrainType value) => writer.WriteBytes(value.AsSpan());

    public override GrainType Read(ref WireReader reader) => new(Codecs.Of<IdSpan>().Read(ref reader));
}

internal sealed class GrainInterfaceTypeCodec : Codec<GrainInterfaceType>
{
    public override void Write(ref WireWriter writer, GrainInterfaceType value) => writer.WriteBytes(value.Value.AsSpan());

    public override GrainInterfaceType Read(ref WireReader reader)
    {
        var name = Codecs.Of<IdSpan>().Read(ref reader);
        return name.IsDefault ? default : new GrainInterfaceType(name.ToString());
    }
}

internal sealed class GrainIdCodec : Codec<GrainId>
{
    public override void Write(ref WireWriter writer, GrainId value)
    {
        writer.WriteBytes(value.Type.AsSpan());
        writer.WriteBytes(value.Key.AsSpan());
    }

    public override GrainId Read(ref WireReader reader)
    {
        var type = Codecs.Of<GrainType>().Read(ref reader);
        return new GrainId(type, Codecs.Of<IdSpan>().Read(ref reader));
    }
}

internal sealed class SiloAddressCodec : Codec<SiloAddress?>
{
    public override void Write(ref WireWriter writer, SiloAddress? value)
    {
        Codecs.Of<IPEndPoint?>().Write(ref writer, value?.Endpoint);
        if (value is not null)
            writer.WriteVarInt(value.Generation);
    }

    public override SiloAddress? Read(ref WireReader reader) =>
        Codecs.Of<IPEndPoint?>().Read(ref reader) is { } endpoint ? SiloAddress.New(endpoint, reader.ReadVarInt32()) : null;
}

internal sealed class ActivationIdCodec : Codec<ActivationId>
{
    public override void Write(ref WireWriter writer, ActivationId value) => writer.WriteGuid(value.Key);

    public override ActivationId Read(ref WireReader reader) => new(reader.ReadGuid());
}

internal sealed class GrainAddressCodec : Codec<GrainAddress?>
{
    public override void Write(ref WireWriter writer, GrainAddress? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<GrainId>().Write(ref writer, value.GrainId);
        Codecs.Of<ActivationId>().Write(ref writer, value.ActivationId);
        Codecs.Of<SiloAddress?>().Write(ref writer, value.SiloAddress);
    }

    public override GrainAddress? Read(ref WireReader reader) => reader.ReadBool()
        ? new GrainAddress
        {
            GrainId = Codecs.Of<GrainId>().Read(ref reader),
            ActivationId = Codecs.Of<ActivationId>().Read(ref reader),
            SiloAddress = Codecs.Of<SiloAddress?>().Read(ref reader),
        }
        : null;
}

internal sealed class GuidIdCodec : Codec<GuidId?>
{
    public override void Write(ref WireWriter writer, GuidId? value) => Codecs.Of<Guid?>().Write(ref writer, value?.Guid);

    public override GuidId? Read(ref WireReader reader) => Codecs.Of<Guid?>().Read(ref reader) is { } guid ? GuidId.GetGuidId(guid) : null;
}

internal sealed class StreamIdCodec : Codec<StreamId>
{
    public override void Write(ref WireWriter writer, StreamId value)
    {
        writer.WriteBytes(value.Namespace.Span);
        writer.WriteBytes(value.Key.Span);
    }

    public override StreamId Read(ref WireReader reader)
    {
        var name = reader.ReadBytes();
        var key = reader.ReadBytes();
        if (name.IsEmpty && key.IsEmpty)
            return default;
        return !key.IsEmpty && name.Length <= ushort.MaxValue ? StreamId.Create(name, key) : throw new WireFormatException("A stream has no such name.");
    }
}
