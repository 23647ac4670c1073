using System.Buffers.Binary;

namespace StyleShare.Imaging;

/// <summary>The formats that are taken.</summary>
internal enum PictureFormat
{
    Jpeg,
    Png,
    Webp,
    Gif,

    /// <summary>HEVC in HEIF (ISO/IEC 23008-12), as phones make it.</summary>
    Heic,
}

/// <summary>Tells the format of a file by its first bytes, never by what it is called.</summary>
internal static class PictureFormats
{
    private const int TextLooked = 1024;

    /// <summary>The format, or why there is none that is taken.</summary>
    public static (PictureFormat? Format, RejectReason Reason) Sniff(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return (PictureFormat.Jpeg, default);
        if (file.StartsWith(Png.Signature))
            return (PictureFormat.Png, default);
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
            return (PictureFormat.Gif, default);
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..12].SequenceEqual("WEBP"u8))
            return (PictureFormat.Webp, default);
        if (file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8))
            return SniffBrands(file);
        return (null, IsOtherPicture(file) || IsSvg(file) ? RejectReason.UnsupportedFormat : RejectReason.NotAnImage);
    }

    // The file type box (ISO/IEC 14496-12, 4.3): the major brand, a version, and the brands that it is compatible with.
    private static (PictureFormat? Format, RejectReason Reason) SniffBrands(ReadOnlySpan<byte> file)
    {
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), (uint)Math.Min(file.Length, TextLooked));
        var isPicture = false;
        for (var at = 8; at + 4 <= length; at += at == 8 ? 8 : 4)
        {
            var brand = file.Slice(at, 4);
            if (brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8) || brand.SequenceEqual("heis"u8))
                return (PictureFormat.Heic, default);
            isPicture |= brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) || brand.SequenceEqual("mif1"u8) ||
                brand.SequenceEqual("msf1"u8) || brand.SequenceEqual("crx "u8);
        }

        return (null, isPicture ? RejectReason.UnsupportedFormat : RejectReason.NotAnImage);
    }

    private static bool IsOtherPicture(ReadOnlySpan<byte> file) =>
        file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) ||                                // TIFF and raw files of cameras
        (file.StartsWith("BM"u8) && file.Length >= 26 && file[6..10].SequenceEqual("\0\0\0\0"u8)) ||   // BMP
        file.StartsWith("\0\0\u0001\0"u8) ||                                                       // ICO
        file.StartsWith("8BPS"u8) ||                                                               // Photoshop
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || file.StartsWith("\0\0\0\u000CJXL "u8) ||    // JPEG XL
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) || file.StartsWith("\0\0\0\u000CjP  "u8);   // JPEG 2000

    private static bool IsSvg(ReadOnlySpan<byte> file)
    {
        var start = file[..Math.Min(file.Length, TextLooked)];
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        return start.StartsWith("<svg"u8) || ((start.StartsWith("<?xml"u8) || start.StartsWith("<!"u8)) && start.IndexOf("<svg"u8) >= 0);
    }
}
