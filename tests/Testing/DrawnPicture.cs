using System.Buffers.Binary;
using System.IO.Compression;

namespace StyleShare.Testing;

/// <summary>Draws pictures to upload: PNGs (RFC 2083) of two colours, so that what comes out can be told from what else there is.</summary>
public static class DrawnPicture
{
    /// <summary>A picture; another seed is another picture.</summary>
    public static byte[] Png(int width, int height, int seed = 0)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // 8 bits, RGB
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Pixels(width, height, seed));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    // The upper half is of one colour, the lower of another.
    private static byte[] Pixels(int width, int height, int seed)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            for (var y = 0; y < height; y++)
            {
                var line = new byte[1 + 3 * width];
                var (red, green, blue) = y < height / 2
                    ? ((byte)(seed * 37), (byte)(seed >> 3), (byte)(200 - seed % 100))
                    : ((byte)(seed >> 8), (byte)(255 - seed * 11), (byte)(seed * 5));
                for (var x = 0; x < width; x++)
                    (line[1 + 3 * x], line[2 + 3 * x], line[3 + 3 * x]) = (red, green, blue);
                zlib.Write(line);
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] checkedPart = [.. type, .. data];
        file.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(checkedPart));
        file.Write(number);
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }
}
