using System.Collections.Immutable;
using System.Diagnostics;

namespace Orleans.Embedded;

/// <summary>The request context of a call: what was set, the chain that may re-enter, and the trace.</summary>
internal static class ContextCodec
{
    private const byte HasValues = 1;
    private const byte HasChain = 2;
    private const byte HasTrace = 4;

    public static void Write(ref WireWriter writer, RequestContextData? context)
    {
        if (context is null)
        {
            writer.WriteByte(0);
            return;
        }

        var trace = context.Trace;
        writer.WriteByte((byte)((context.Values.IsEmpty ? 0 : HasValues) | (context.IsOfReentrantChain ? HasChain : 0) | (context.IsTraced ? HasTrace : 0)));
        if (!context.Values.IsEmpty)
        {
            writer.WriteVarUInt((uint)context.Values.Count);
            foreach (var (name, value) in context.Values)
            {
                writer.WriteString(name);
                Codecs.Of<object?>().Write(ref writer, value);
            }
        }

        if (context.IsOfReentrantChain)
            writer.WriteGuid(context.ReentrancyId);
        if (context.IsTraced)
            WriteTrace(ref writer, trace);
    }

    /// <exception cref="WireFormatException">It is none.</exception>
    public static RequestContextData? Read(ref WireReader reader)
    {
        var has = reader.ReadByte();
        if (has == 0)
            return null;
        if (has > (HasValues | HasChain | HasTrace))
            reader.Malformed(typeof(RequestContextData), has);
        try
        {
            var values = (has & HasValues) != 0 ? ReadValues(ref reader) : ImmutableDictionary<string, object>.Empty;
            var chain = (has & HasChain) != 0 ? reader.ReadGuid() : Guid.Empty;
            var trace = (has & HasTrace) != 0 ? ReadTrace(ref reader) : default;
            return new RequestContextData(values, chain, trace);
        }
        catch (Exception exception) when (exception is not WireFormatException)
        {
            throw new WireFormatException($"A request context cannot be read: {exception.Message}", exception);
        }
    }

    private static ImmutableDictionary<string, object> ReadValues(ref WireReader reader)
    {
        var count = reader.ReadCount();
        var values = ImmutableDictionary.CreateBuilder<string, object>();
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString() ?? throw new WireFormatException("A value of a request context has no name.");
            values[name] = Codecs.Of<object?>().Read(ref reader)!;
        }

        return values.ToImmutable();
    }

    private static void WriteTrace(ref WireWriter writer, ActivityContext trace)
    {
        Span<byte> bytes = stackalloc byte[24];
        trace.TraceId.CopyTo(bytes[..16]);
        trace.SpanId.CopyTo(bytes[16..]);
        writer.WriteRaw(bytes);
        writer.WriteByte((byte)trace.TraceFlags);
        writer.WriteString(trace.TraceState);
    }

    private static ActivityContext ReadTrace(ref WireReader reader)
    {
        var bytes = reader.ReadRaw(24);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(bytes[..16]), ActivitySpanId.CreateFromBytes(bytes[16..]),
            (ActivityTraceFlags)reader.ReadByte(), reader.ReadString(), isRemote: true);
    }
}
