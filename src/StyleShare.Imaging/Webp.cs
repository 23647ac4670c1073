using System.Buffers.Binary;

namespace StyleShare.Imaging;

/// <summary>The container of WebP files (RFC 9649, section 2).</summary>
/// <remarks>libvips writes Exif into each of them, whatever it is told and even if there was none.</remarks>
internal static class Webp
{
    private const int Header = 12, ChunkHead = 8;
    private const byte Icc = 0x20, Exif = 0x08, Xmp = 0x04;

    /// <summary>The same picture without metadata.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static byte[] WithoutMetadata(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("RIFF"u8) || file.Length < Header)
            throw new InvalidDataException("This is no WebP.");
        var kept = new List<byte>(file.Length);
        kept.AddRange(file[..Header]);
        for (var at = Header; at + ChunkHead <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            // Chunks of odd length are padded.
            var end = at + ChunkHead + length + (length & 1);
            if (end > file.Length)
                throw new InvalidDataException("This WebP ends early.");
            var chunk = file[at..(int)end];
            at = (int)end;
            if (chunk.StartsWith("EXIF"u8) || chunk.StartsWith("XMP "u8) || chunk.StartsWith("ICCP"u8))
                continue;
            var flags = kept.Count + ChunkHead;
            kept.AddRange(chunk);
            if (chunk.StartsWith("VP8X"u8))
                kept[flags] &= unchecked((byte)~(Icc | Exif | Xmp));
        }

        var bytes = kept.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        return bytes;
    }
}
