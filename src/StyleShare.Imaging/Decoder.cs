using System.Globalization;
using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging;

/// <summary>Opens files with the one loader that its format has.</summary>
internal static unsafe class Decoder
{
    /// <summary>Reads the header; pixels follow once, from top to bottom, as they are asked for.</summary>
    /// <param name="format">Of the file.</param>
    /// <param name="file">Stays until the image and all that is computed of it are gone.</param>
    /// <param name="length">In bytes.</param>
    /// <param name="shrink">By how much the picture may be smaller; from <see cref="ShrinkFor"/>.</param>
    /// <exception cref="VipsException">It cannot be read.</exception>
    public static VipsImage Open(PictureFormat format, byte* file, int length, int shrink)
    {
        var load = VipsOperation.New(LoaderOf(format))
            .With("buffer", file, length)
            .With("access", "sequential")
            // A file that ends early or breaks a rule; what decoders only warn of (many cameras' files) passes.
            .With("fail_on", "error");
        if (shrink > 1 && format == PictureFormat.Jpeg)
            load.With("shrink", shrink);
        else if (shrink > 1 && format == PictureFormat.Webp)
            load.With("scale", (1.0 / shrink).ToString(CultureInfo.InvariantCulture));
        return load.ToImage();
    }

    /// <summary>The most by which a decoder can make a picture smaller so that a side is not below what is needed.</summary>
    public static int ShrinkFor(PictureFormat format, int side, int needed)
    {
        if (format is not (PictureFormat.Jpeg or PictureFormat.Webp))
            return 1;
        var shrink = 1;
        // A JPEG's blocks of 8 × 8 can be decoded to 4 × 4, 2 × 2 or one pixel; WebP's decoder scales by the same steps here.
        while (shrink < 8 && side / (shrink * 2) >= needed)
            shrink *= 2;
        return shrink;
    }

    /// <summary>Whether the reason is that libvips came without what reads this format.</summary>
    public static bool IsMissing(PictureFormat format, VipsException e) =>
        format == PictureFormat.Heic &&
        (!VipsOperation.Exists(LoaderOf(format)) || e.Message.Contains("Unsupported codec", StringComparison.OrdinalIgnoreCase));

    private static string LoaderOf(PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => "jpegload_buffer",
        PictureFormat.Png => "pngload_buffer",
        PictureFormat.Webp => "webpload_buffer",
        PictureFormat.Gif => "gifload_buffer",
        PictureFormat.Heic => "heifload_buffer",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };
}
