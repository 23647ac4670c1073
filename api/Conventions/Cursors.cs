using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace StyleShare.Api.Conventions;

/// <summary>Where the next part of a list starts, as clients carry it: opaque, and good for that list only.</summary>
/// <remarks>
/// base64url of: a format byte, 8 bytes of the SHA-256 of the list's name, the position's time (µs would do, ticks are
/// simpler) and id. It is not signed: a forged one points to another place in a list that the caller may read anyway.
/// </remarks>
internal static class Cursors
{
    private const byte Format = 1;
    private const int ListBytes = 8;
    private const int Size = 1 + ListBytes + sizeof(long) + 16;

    /// <summary>The text of a position.</summary>
    /// <param name="list">Names the list and whose it is, such as <c>users/…/followers</c>.</param>
    public static string Write(string list, Position position)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = Format;
        Bind(list, bytes.Slice(1, ListBytes));
        BinaryPrimitives.WriteInt64BigEndian(bytes[(1 + ListBytes)..], position.At.UtcTicks);
        position.Id.TryWriteBytes(bytes[(Size - 16)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The position that a client gave back; false if it is not one of this list.</summary>
    public static bool TryRead(string list, string cursor, out Position position)
    {
        position = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (cursor.Length != Base64Url.GetEncodedLength(Size)
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
            || length != Size
            || bytes[0] != Format)
            return false;
        Span<byte> bound = stackalloc byte[ListBytes];
        Bind(list, bound);
        if (!bound.SequenceEqual(bytes.Slice(1, ListBytes)))
            return false;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[(1 + ListBytes)..]);
        if (ticks < DateTimeOffset.UnixEpoch.UtcTicks || ticks > DateTimeOffset.MaxValue.UtcTicks)
            return false;
        position = new Position(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[(Size - 16)..], bigEndian: true));
        return true;
    }

    private static void Bind(string list, Span<byte> into)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(list), hash);
        hash[..into.Length].CopyTo(into);
    }
}
