using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;

namespace StyleShare.Objects;

/// <summary>What is kept behind the bytes of an object, in the same file.</summary>
internal sealed record ObjectTrailer(string ContentType, string? CacheControl, string ETag);

/// <summary>The form of an object's file: its bytes, then what is known of it as JSON, the JSON's length, and a mark.</summary>
/// <remarks>
/// One file, so that one rename shows bytes and type together. The bytes come first: most programs show the file as it is.
/// </remarks>
internal static class ObjectFile
{
    private const int MaxTrailer = 2_048;
    private const int Foot = sizeof(int) + sizeof(ulong);

    // "ssobj 1\n"; the form's version is in it.
    private const ulong Mark = 0x0A31_206A_626F_7373;

    /// <summary>The bytes that follow those of the object.</summary>
    public static byte[] Trailer(ObjectTrailer trailer)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(trailer, ObjectFileJson.Default.ObjectTrailer);
        if (json.Length + Foot > MaxTrailer)
            throw new ArgumentException("The content type or the cache control is too long.", nameof(trailer));
        var bytes = new byte[json.Length + Foot];
        json.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(json.Length), json.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(json.Length + sizeof(int)), Mark);
        return bytes;
    }

    /// <summary>What is known of the object in an open file; null if the file is none of ours.</summary>
    public static ObjectHead? Read(SafeFileHandle file, string key, DateTimeOffset modifiedAt)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> buffer = stackalloc byte[(int)Math.Min(length, MaxTrailer)];
        if (RandomAccess.Read(file, buffer, length - buffer.Length) != buffer.Length || buffer.Length < Foot)
            return null;
        if (BinaryPrimitives.ReadUInt64LittleEndian(buffer[^sizeof(ulong)..]) != Mark)
            return null;
        var json = BinaryPrimitives.ReadInt32LittleEndian(buffer[^Foot..]);
        if (json < 0 || json > buffer.Length - Foot)
            return null;
        var trailer = JsonSerializer.Deserialize(buffer.Slice(buffer.Length - Foot - json, json), ObjectFileJson.Default.ObjectTrailer);
        return trailer is null
            ? null
            : new ObjectHead(key, length - Foot - json, trailer.ETag, modifiedAt, trailer.ContentType, trailer.CacheControl);
    }
}

[JsonSerializable(typeof(ObjectTrailer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ObjectFileJson : JsonSerializerContext;
