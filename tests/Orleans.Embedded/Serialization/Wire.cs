using Orleans.Embedded;

namespace EngineTests.Serialization;

/// <summary>Values to bytes and back.</summary>
internal static class Wire
{
    public static byte[] Write<T>(T value)
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        Codecs.Of<T>().Write(ref writer, value);
        return buffer.Written.ToArray();
    }

    public static T Read<T>(ReadOnlySpan<byte> bytes, Silo? silo = null)
    {
        var reader = new WireReader(bytes, silo);
        var value = Codecs.Of<T>().Read(ref reader);
        reader.ExpectEnd();
        return value;
    }

    public static T Again<T>(T value, Silo? silo = null) => Read<T>(Write(value), silo);

    public static Exception Again(Exception exception)
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        ExceptionCodec.Write(ref writer, exception);
        var reader = new WireReader(buffer.Written, null);
        var again = ExceptionCodec.Read(ref reader);
        reader.ExpectEnd();
        return again!;
    }
}
