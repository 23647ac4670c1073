using System.Buffers.Binary;
using System.Text;
using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging.Tests;

/// <summary>Files of all kinds, made here.</summary>
internal static class Samples
{
    public static byte[] TransparentPng(int width, int height)
    {
        using var image = Pictures.Quartered(width, height, opacity: 0);
        return image.Save("pngsave_buffer");
    }

    public static byte[] Webp(int width, int height)
    {
        using var image = Pictures.Quartered(width, height);
        return image.Save("webpsave_buffer");
    }

    /// <summary>Two frames: the quarters, and the quarters upside down.</summary>
    public static byte[] Animation(string save)
    {
        using var first = Pictures.Quartered(300, 200);
        using var second = VipsOperation.New("rot").With("in", first).With("angle", "d180").ToImage();
        using var both = VipsOperation.New("join").With("in1", first).With("in2", second).With("direction", "vertical").ToImage();
        return both.Save(save, ("page_height", "200"));
    }

    public static byte[] SixteenBitPng(int width, int height)
    {
        using var image = Pictures.Quartered(width, height);
        using var wide = VipsOperation.New("colourspace").With("in", image).With("space", "rgb16").ToImage();
        return wide.Save("pngsave_buffer", ("bitdepth", "16"));
    }

    public static byte[] GreyPng(int width, int height, string space = "b-w")
    {
        using var image = Pictures.Quartered(width, height);
        using var grey = VipsOperation.New("colourspace").With("in", image).With("space", space).ToImage();
        return grey.Save("pngsave_buffer");
    }

    /// <summary>The quarters in another colour space, with its profile.</summary>
    public static byte[] WithProfile(string profile, int width, int height)
    {
        using var image = Pictures.Quartered(width, height);
        using var converted = VipsOperation.New("icc_transform").With("in", image)
            .With("input_profile", "srgb").With("output_profile", profile).ToImage();
        return converted.Save("jpegsave_buffer", ("Q", "95"));
    }

    /// <summary>A JPEG that takes a while: 24 megapixels.</summary>
    public static byte[] SlowJpeg() => Slow.Value;

    /// <summary>A JPEG of one colour in many scans, so that it is small and takes much memory.</summary>
    public static byte[] ProgressiveJpeg(int width, int height)
    {
        using var black = VipsOperation.New("black").With("width", width).With("height", height).With("bands", 3).ToImage();
        using var image = VipsOperation.New("copy").With("in", black).With("interpretation", "srgb").ToImage();
        return image.Save("jpegsave_buffer", ("interlace", "true"), ("subsample_mode", "off"));
    }

    private static readonly Lazy<byte[]> Slow = new(() =>
    {
        using var noise = Pictures.Noise(600, 400, seed: 1);
        using var image = VipsOperation.New("replicate").With("in", noise).With("across", 10).With("down", 10).ToImage();
        return image.Save("jpegsave_buffer");
    });

    /// <summary>A PNG that says it has these sides, and has next to no pixels.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        var png = new MemoryStream();
        png.Write(Png.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        png.Write(Chunk("IHDR", header));
        png.Write(Chunk("IDAT", [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1]));
        png.Write(Chunk("IEND", []));
        return png.ToArray();
    }

    /// <summary>The file with a chunk more behind its header.</summary>
    public static byte[] WithChunk(byte[] png, byte[] chunk)
    {
        const int afterHeader = 8 + 25;
        return [.. png[..afterHeader], .. chunk, .. png[afterHeader..]];
    }

    /// <summary>A chunk with the right checksum.</summary>
    public static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    // W3C PNG, annex D.
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
