using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>A reference to a grain: the grain and the interface. The reader makes one of its own silo.</summary>
internal sealed class ReferenceCodec<T> : Codec<T?>
    where T : class
{
    private const byte None = 0;
    private const byte Declared = 1;
    private const byte Other = 2;

    public override void Write(ref WireWriter writer, T? value)
    {
        if (value is null)
        {
            writer.WriteByte(None);
            return;
        }

        var (id, name) = value switch
        {
            GrainReference reference => (reference.GrainId, reference.Shared.Interface.Type == typeof(T) ? null : reference.InterfaceName),
            // A grain that hands itself on is what others may call it by.
            IGrainBase { GrainContext: Activation grain } => (grain.GrainId, grain.Class.Interfaces.Contains(typeof(T)) ? null : grain.GrainReference.InterfaceName),
            _ => throw Codecs.NotFound(value.GetType()),
        };
        writer.WriteByte(name is null ? Declared : Other);
        if (name is not null)
            writer.WriteString(name);
        Codecs.Of<GrainId>().Write(ref writer, id);
    }

    public override T? Read(ref WireReader reader)
    {
        var kind = reader.ReadVarUInt(Other);
        if (kind == None)
            return null;
        var catalog = reader.Silo.Catalog;
        var interfaceType = kind == Declared ? typeof(T) : catalog.InterfaceOf(reader.ReadString() ?? "");
        var grain = Codecs.Of<GrainId>().Read(ref reader);
        if (!catalog.HasClass(grain.Type))
            throw new WireFormatException($"A message refers to {grain}, and there is no such kind of grain here.");
        return reader.Silo.GrainFactory.MakeReference(interfaceType, catalog.ClassOf(grain.Type), grain.Key) as T
            ?? throw new WireFormatException($"A message refers to {grain}, which is no {typeof(T)}.");
    }
}
