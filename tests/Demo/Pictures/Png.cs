using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace StyleShare.Demo.Pictures;

/// <summary>Writes a picture as PNG (W3C PNG, third edition): 8 bits of red, green and blue a pixel.</summary>
internal static class Png
{
    private static readonly uint[] Crcs = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    /// <summary>The file.</summary>
    /// <param name="pixels">Red, green, blue of each pixel, row by row.</param>
    public static byte[] Write(int width, int height, ReadOnlySpan<byte> pixels)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], height);
        (head[8], head[9]) = (8, 2);
        Chunk(file, "IHDR", head);
        Chunk(file, "IDAT", Compress(width, height, pixels));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    // Each row says what was above it (filter "up"), which is mostly nothing new in drawings.
    private static byte[] Compress(int width, int height, ReadOnlySpan<byte> pixels)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            var stride = width * 3;
            var row = new byte[stride + 1];
            row[0] = 2;
            for (var y = 0; y < height; y++)
            {
                for (var i = 0; i < stride; i++)
                    row[i + 1] = (byte)(pixels[(y * stride) + i] - (y == 0 ? 0 : pixels[((y - 1) * stride) + i]));
                zlib.Write(row);
            }
        }

        return compressed.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        Span<byte> name = stackalloc byte[4];
        Encoding.ASCII.GetBytes(type, name);
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(name);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, name), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var each in data)
            crc = Crcs[(byte)(crc ^ each)] ^ (crc >> 8);
        return crc;
    }

    private static uint CrcOf(int value)
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ (crc >> 1);
        return crc;
    }
}
