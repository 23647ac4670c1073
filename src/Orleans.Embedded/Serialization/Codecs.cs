using System.ComponentModel;
using Orleans.Serialization;

namespace Orleans.Embedded;

/// <summary>Writes and reads the values of a type, whatever it is; what generated code implements is <see cref="Codec{T}"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Codec
{
    private protected Codec()
    {
    }

    internal abstract void WriteBoxed(ref WireWriter writer, object value);

    internal abstract object? ReadBoxed(ref WireReader reader);
}

/// <summary>Writes and reads the values of a type, null among them. Each takes at least one byte.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Codec<T> : Codec
{
    /// <summary>Writes a value.</summary>
    public abstract void Write(ref WireWriter writer, T value);

    /// <summary>Reads a value.</summary>
    public abstract T Read(ref WireReader reader);

    internal sealed override void WriteBoxed(ref WireWriter writer, object value) => Write(ref writer, (T)value);

    internal sealed override object? ReadBoxed(ref WireReader reader) => Read(ref reader);
}

/// <summary>The codecs of all types.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Codecs
{
    /// <summary>The codec of a type.</summary>
    /// <exception cref="CodecNotFoundException">It has none.</exception>
    public static Codec<T> Of<T>() => Cache<T>.Codec ?? throw NotFound(typeof(T));

    internal static CodecNotFoundException NotFound(Type type) => new(
        $"There is no codec for {type}: give it [GenerateSerializer], and its members [Id], in a project that runs the engine's generator.");

    private static class Cache<T>
    {
        public static readonly Codec<T>? Codec = (Codec<T>?)CodecRegistry.Create(typeof(T));
    }
}
