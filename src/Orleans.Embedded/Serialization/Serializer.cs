using System.Buffers;
using Orleans.Embedded;

namespace Orleans.Serialization;

/// <summary>Writes and reads values as messages between silos have them; a service of each silo.</summary>
public sealed class Serializer
{
    private readonly Silo _silo;

    internal Serializer(Silo silo) => _silo = silo;

    /// <summary>Whether values of a type can be written: it is a type of the framework's or has <see cref="GenerateSerializerAttribute"/>. What it holds is not asked.</summary>
    public bool CanSerialize(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return CodecRegistry.Create(type) is not null;
    }

    /// <inheritdoc cref="CanSerialize(Type)"/>
    public bool CanSerialize<T>() => CanSerialize(typeof(T));

    /// <summary>Writes a value.</summary>
    /// <exception cref="CodecNotFoundException">It is, or holds, something that cannot be written.</exception>
    /// <exception cref="SerializerException">It contains itself.</exception>
    public byte[] SerializeToArray<T>(T value)
    {
        using var buffer = new WireBuffer();
        Write(buffer, value);
        return buffer.Written.ToArray();
    }

    /// <summary>Writes a value.</summary>
    /// <inheritdoc cref="SerializeToArray{T}"/>
    public void Serialize<T, TBufferWriter>(T value, TBufferWriter destination)
        where TBufferWriter : IBufferWriter<byte>
    {
        using var buffer = new WireBuffer();
        Write(buffer, value);
        destination.Write(buffer.Written);
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="SerializerException">The bytes are none of this type.</exception>
    public T Deserialize<T>(ReadOnlySpan<byte> source)
    {
        try
        {
            var reader = new WireReader(source, _silo);
            var value = Codecs.Of<T>().Read(ref reader);
            reader.ExpectEnd();
            return value;
        }
        catch (Exception exception) when (exception is not SerializerException)
        {
            // A constructor that refuses what it is given, for one.
            throw new WireFormatException($"A {typeof(T)} cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public T Deserialize<T>(ReadOnlyMemory<byte> source) => Deserialize<T>(source.Span);

    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public T Deserialize<T>(byte[] source) => Deserialize<T>(source.AsSpan());

    private static void Write<T>(WireBuffer buffer, T value)
    {
        var writer = new WireWriter(buffer);
        Codecs.Of<T>().Write(ref writer, value);
    }
}
